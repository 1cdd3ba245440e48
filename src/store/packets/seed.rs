//! Filling a team with invented packets for a benchmark: rows and words as a busy brokerage would have them, without files or results.

use crate::domain::ids::TeamId;
use crate::store::{Db, StoreError};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt};

/// Spreads a number evenly over `0 .. k`, the same in every run.
const SPREAD: &str = "CREATE OR REPLACE FUNCTION pg_temp.spread(n bigint, salt bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE \
    AS $$ SELECT ((((n + 1) * 2654435761 + salt * 40503) % 4294967291) * 16807 % 2147483647) % k $$";
/// A year of packets, their ids in the order of time as they are in life: three in ten blocked, three to review, a few failed or under
/// way; clients of very unlike sizes.
const PACKETS: &str = "INSERT INTO packets (id, name, state, upload_key, owner_id, created_at, updated_at, run_id, file_count, document_count, \
        score, verdict, criticals, warnings, transport, eta, client, client_key, numbers, route, words_version) \
    SELECT (lpad(to_hex((extract(epoch FROM c.at) * 1000)::bigint), 12, '0') || '7' || left(md5(n::text), 3) || '8' || right(md5(n::text), 15))::uuid, \
        'Invented ' || lpad(n::text, 6, '0'), s.state, gen_random_uuid(), \
        CASE WHEN pg_temp.spread(n, 1, 6) = 0 THEN (SELECT user_id FROM memberships ORDER BY user_id LIMIT 1) END, c.at, c.at, gen_random_uuid(), 5, \
        5, CASE WHEN s.state = 'checked' THEN CASE v.verdict WHEN 'blocked' THEN 30 + pg_temp.spread(n, 2, 45) WHEN 'review' THEN 75 + pg_temp.spread(n, 2, 20) \
            ELSE 95 + pg_temp.spread(n, 2, 6) END END, CASE WHEN s.state = 'checked' THEN v.verdict END, 1, 2, 'ORMU' || lpad(n::text, 9, '0'), \
        CASE WHEN pg_temp.spread(n, 3, 12) > 0 THEN c.at::date + 10 + pg_temp.spread(n, 4, 35)::integer END, 'Invented Client ' || k.client || ' Inc.', \
        'INVENTED CLIENT ' || k.client, 'INV-' || n || ' · MSKU' || lpad((n * 7 % 10000000)::text, 7, '0'), 'Ningbo to Long Beach', $3 \
    FROM generate_series($1, $2) n, \
        LATERAL (SELECT now() - make_interval(secs => n * 300.0) AS at) c, \
        LATERAL (SELECT CASE WHEN pg_temp.spread(n, 5, 500) = 0 THEN 'failed' WHEN pg_temp.spread(n, 5, 500) = 1 THEN 'checking' ELSE 'checked' END AS state) s, \
        LATERAL (SELECT (ARRAY['blocked', 'blocked', 'blocked', 'review', 'review', 'review', 'ready', 'ready', 'ready', 'ready'])[1 + pg_temp.spread(n, 6, 10)] \
            AS verdict) v, \
        LATERAL (SELECT pg_temp.spread(n, 7, 300) * pg_temp.spread(n, 8, 300) / 300 AS client) k";
/// Some fifty words of each: a dozen that stand in all of them, goods that stand in a few of a hundred, numbers that stand in one.
const WORDS: &str = "INSERT INTO packet_words (packet_id, word, places) \
    SELECT DISTINCT ON (p.id, w.word) p.id, w.word, w.places FROM (SELECT id, client, right(name, 6)::bigint AS n, verdict FROM packets \
        WHERE name BETWEEN 'Invented ' || lpad($1::text, 6, '0') AND 'Invented ' || lpad($2::text, 6, '0')) p, \
    LATERAL ( \
        SELECT unnest(ARRAY['invented', lpad(p.n::text, 6, '0')]) AS word, 'name' AS places \
        UNION ALL SELECT unnest(ARRAY['invoice', 'packing', 'list', 'shipper', 'consignee', 'vessel', 'port', 'total', 'gross', 'weight', 'net', 'carton']), \
            'text@commercial_invoice' \
        UNION ALL SELECT 'goods' || lpad(pg_temp.spread(p.n, 20 + i, 400)::text, 3, '0'), 'description@packing_list' FROM generate_series(1, 14) i \
        UNION ALL SELECT unnest(ARRAY['inv' || p.n, p.n::text]), 'invoice_number@commercial_invoice' \
        UNION ALL SELECT unnest(ARRAY['msku' || lpad((p.n * 7 % 10000000)::text, 7, '0'), lpad((p.n * 7 % 10000000)::text, 7, '0'), 'msku']), \
            'container_numbers@bill_of_lading' \
        UNION ALL SELECT 'ormu' || lpad(p.n::text, 9, '0'), 'bl_number@bill_of_lading' \
        UNION ALL SELECT 'no' || pg_temp.spread(p.n, 40 + i, 900000000), 'text@packing_list' FROM generate_series(1, 8) i \
        UNION ALL SELECT w, 'buyer_name@commercial_invoice' FROM regexp_split_to_table(lower(p.client), '[^a-z0-9]+') w WHERE length(w) > 1 \
        UNION ALL SELECT 'kind:' || k, '' FROM unnest(ARRAY['commercial_invoice', 'packing_list']) k \
        UNION ALL SELECT 'kind:' || CASE WHEN pg_temp.spread(p.n, 60, 10) = 0 THEN 'air_waybill' ELSE 'bill_of_lading' END, '' \
        UNION ALL SELECT 'kind:isf', '' WHERE pg_temp.spread(p.n, 61, 2) = 0 \
        UNION ALL SELECT 'code:' || (ARRAY['match.package_count', 'arithmetic.line_amount', 'valid.container_number'])[1 + pg_temp.spread(p.n, 62, 3)], '' \
            WHERE p.verdict = 'blocked' \
        UNION ALL SELECT 'code:' || (ARRAY['match.seller', 'match.voyage'])[1 + pg_temp.spread(p.n, 63, 2)], '' WHERE p.verdict <> 'ready') w";

/// Adds the packets of some numbers, in one transaction.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn add(db: &Db, team: TeamId, first: i64, last: i64) -> Result<(), StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        // The disk is not waited for: after a crash a benchmark is filled again.
        diesel::sql_query("SET LOCAL synchronous_commit = off").execute(tx.conn())?;
        diesel::sql_query("SET LOCAL statement_timeout = '10min'").execute(tx.conn())?;
        diesel::sql_query(SPREAD).execute(tx.conn())?;
        let bound = |text: &'static str| diesel::sql_query(text).bind::<BigInt, _>(first).bind::<BigInt, _>(last);
        bound(PACKETS).bind::<SmallInt, _>(crate::domain::packet::search::VERSION).execute(tx.conn())?;
        bound(WORDS).execute(tx.conn())?;
        Ok(())
    })
    .await
}

/// Lets the database look at what was added, as it does by itself some minutes later.
///
/// # Errors
/// [`StoreError`] where the owner cannot be reached.
pub fn settle(owner_url: &str) -> Result<(), crate::store::migrate::MigrateError> {
    let mut conn = PgConnection::establish(owner_url)?;
    diesel::sql_query("VACUUM (ANALYZE) packets").execute(&mut conn)?;
    diesel::sql_query("VACUUM (ANALYZE) packet_words").execute(&mut conn)?;
    Ok(())
}
