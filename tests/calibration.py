#!/usr/bin/env python3
"""How often values are right that were given with so much confidence: calibration.py SHARED RESULTS. For bin/score.

SHARED holds contract/score.py, whose idea of "equal" is used, and packets; RESULTS one JSON a packet. Header values and line cells
are judged, lines by the order in which they match best. A value that truth does not list is left out where it may be derived.
"""
import collections
import importlib.util
import json
import os
import sys

BANDS = [(0.9, 1.01), (0.8, 0.9), (0.7, 0.8), (0.6, 0.7), (0.0, 0.6)]


def main():
    shared, results = sys.argv[1:3]
    spec = importlib.util.spec_from_file_location('score', os.path.join(shared, 'contract', 'score.py'))
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    plain = lambda cell: cell['value'] if isinstance(cell, dict) else cell
    equal = lambda key, a, b: score.norm(key, a) == score.norm(key, b)
    tally = collections.defaultdict(lambda: [0, 0])

    def judge(source, got, want, optional=()):
        for key, cell in got.items():
            if key not in want and key in optional:
                continue
            right = key in want and equal(key, cell['value'], plain(want[key]))
            band = next(band for band in BANDS if band[0] <= cell['confidence'] < band[1])
            for row in (tally[source, band], tally['all', band]):
                row[0] += right
                row[1] += 1

    for name in sorted(os.listdir(results)):
        truth = os.path.join(shared, 'packets', name.removesuffix('.json'), 'truth.json')
        if not os.path.exists(truth):
            continue
        truth, result = json.load(open(truth)), json.load(open(os.path.join(results, name)))
        for want in truth['documents']:
            same = [d for d in result['documents'] if d['file'] == want['file'] and set(d['pages']) & set(want['pages'])]
            if not same:
                continue
            got = max(same, key=lambda d: len(set(d['pages']) & set(want['pages'])))
            accept = want.get('accept') or {}
            fields = dict(want['fields'])
            for key, others in accept.items():
                if key in got['fields'] and any(equal(key, got['fields'][key]['value'], o) for o in others):
                    fields[key] = got['fields'][key]['value']
            judge(got['text_source'], got['fields'], fields, want.get('optional') or ())
            left = list(want.get('lines') or [])
            for line in got.get('lines') or []:
                if not left:
                    break
                hits = lambda other: sum(k in other and equal(k, line[k]['value'], plain(other[k])) for k in line)
                best = max(left, key=hits)
                left.remove(best)
                judge(got['text_source'], line, best)

    print('Calibration: values right among those given with this much confidence')
    print('  confidence    ' + ''.join(f'{source:>20}' for source in sorted({s for s, _ in tally})))
    for band in BANDS:
        cells = []
        for source in sorted({s for s, _ in tally}):
            right, total = tally[source, band]
            cells.append(f'{right / total:9.1%} of {total:5}' if total else f'{"-":>18}')
        print(f'  {band[0]:.1f} to {min(band[1], 1.0):.1f}  ' + ''.join(f'{cell:>20}' for cell in cells))
    right, total = tally['all', BANDS[0]]
    print(f'  0.9 to 1.0: {right / max(total, 1):.2%} are right; at least 97 % is wanted')


main()
