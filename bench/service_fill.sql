CREATE TEMPORARY TABLE filler AS
  SELECT gen_random_uuid() AS id, n, 'Learner ' || n AS name, now() - n * interval '1 second' AS at
  FROM generate_series(%(have)s + 1, %(total)s) AS n;

INSERT INTO issuance_award (id, organisation_id, definition_id, version_id, record, learner_name, family_key, given_key, email,
    content_digest, list_number, list_index, issued_at, revoked_at, revocation_reason, claimed_at)
  SELECT f.id, a.organisation_id, a.definition_id, a.version_id, a.record, f.name,
    replace(a.organisation_id::text, '-', '') || ' ' || f.n || ' learner',
    replace(a.organisation_id::text, '-', '') || ' learner ' || f.n,
    'learner' || f.n || '@example.net', md5(f.n::text), 100 + f.n / 100000, f.n %% 100000, f.at,
    CASE WHEN f.n %% 100 = 0 THEN f.at END, '', CASE WHEN f.n %% 2 = 0 THEN f.at END
  FROM filler f, (SELECT * FROM issuance_award LIMIT 1) a;

INSERT INTO issuance_learnerkey (definition_id, digest, award_id)
  SELECT a.definition_id, md5('key' || f.n), f.id
  FROM filler f, (SELECT definition_id FROM issuance_award LIMIT 1) a;

INSERT INTO issuance_delivery (id, award_id, kind, state, attempts, problem, created_at, next_attempt_at, sent_at)
  SELECT gen_random_uuid(), f.id, 'claim', 'sent', 1, '', f.at, f.at, f.at FROM filler f;

INSERT INTO wallet_heldcredential (id, owner_id, award_id, format, digest, state, title, issuer_name, issued_at,
    search_text, verdict, source, added_at)
  SELECT gen_random_uuid(), u.id, f.id, 'elm', md5('held' || f.n), 'accepted', 'Data analysis', 'Example', f.at, '', '', '', f.at
  FROM filler f, (SELECT id FROM accounts_user WHERE email = 'boss@example.org') u WHERE f.n %% 20 = 0;

DROP TABLE filler;
