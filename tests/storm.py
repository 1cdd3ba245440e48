"""Asks a server for its list of packets at an even pace, quietly and in a storm of sign-ins, and compares how long the answers took.
It sends when a request is due, whether or not the one before it has come back, and counts from the moment it was due."""

import asyncio
import os
import random
import sys
import time
import urllib.parse

HOST, PORT = urllib.parse.urlsplit(sys.argv[1]).netloc.split(":")
SECONDS = float(os.environ["SECONDS_EACH"])
PAGES, SIGN_INS = 20, 50


async def ask(head, body=b""):
    reader, writer = await asyncio.open_connection(HOST, int(PORT))
    try:
        writer.write(f"{head}\r\nHost: {HOST}:{PORT}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read()
        return int(answer.split(b" ", 2)[1]), answer
    finally:
        writer.close()


def sign_in(email, password, address):
    body = urllib.parse.urlencode({"email": email, "password": password}).encode()
    head = f"POST /sign-in HTTP/1.1\r\nOrigin: http://{HOST}:{PORT}\r\nX-Forwarded-For: {address}\r\nContent-Type: application/x-www-form-urlencoded"
    return ask(head, body)


async def paced(rate, seconds, make, took, statuses):
    start = time.monotonic()
    tasks = []

    async def one(due):
        status, _ = await make()
        took.append(time.monotonic() - due)
        statuses[status] = statuses.get(status, 0) + 1

    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)


def told(name, took):
    took.sort()
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"{name}: {len(took)} pages, p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    return p99


async def main():
    _, answer = await sign_in("olga@storm.example", os.environ["PASSWORD"], "192.0.2.1")
    cookies = [line.split(b": ", 1)[1].split(b";")[0] for line in answer.split(b"\r\n") if line.lower().startswith(b"set-cookie")]
    cookie = b"; ".join(cookies).decode()

    def page():
        return ask(f"GET /packets HTTP/1.1\r\nCookie: {cookie}")

    def attack():
        number = random.randrange(1 << 30)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return sign_in(f"x{number}@y.example", "wrong one", address)

    await paced(PAGES, 3, page, [], {})
    quiet, storm, seen = [], [], {}
    await paced(PAGES, SECONDS, page, quiet, seen)
    tried, answers = [], {}
    await asyncio.gather(paced(PAGES, SECONDS, page, storm, seen), paced(SIGN_INS, SECONDS, attack, tried, answers))
    assert set(seen) == {200}, seen
    before, during = told("quiet", quiet), told("storm", storm)
    print(f"sign-ins: {len(tried)}, answers {dict(sorted(answers.items()))}")
    print(f"ratio of the p99: {during / before:.2f} (under 2 is wanted)")


asyncio.run(main())
