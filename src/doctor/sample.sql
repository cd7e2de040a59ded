-- A small shop in good order at 2026-11-22 12:00 UTC, for the tests of the doctor and of backups.
-- Ids are sixteen readable letters. Times: 1767088800000 is 2025-12-30, 1793527200000 2026-11-01,
-- 1795168800000 2026-11-20, 1795953600000 2026-11-29, 1796558400000 2026-12-06.

INSERT INTO counters VALUES ('orders-2025', 1), ('orders-2026', 4);
INSERT INTO settings VALUES ('name', '"Ink & Paper"', 1793527200000);
INSERT INTO tax_rates VALUES (1, 'GB', '', 'print', '0', 'Books', 0, NULL), (2, 'GB', '', 'delivery', '0.2', 'VAT', 0, NULL);
INSERT INTO delivery_methods (id, kind, name, price_minor, currency, days_from, days_to)
VALUES (1, 'post', 'Royal Mail', 300, 'GBP', 2, 4), (2, 'collection', 'In the shop', 0, 'GBP', 0, 1);

INSERT INTO categories (id, parent_id, path, name)
VALUES (CAST('category-fiction' AS BLOB), NULL, 'fiction', 'Fiction'),
       (CAST('category-science' AS BLOB), CAST('category-fiction' AS BLOB), 'fiction/science', 'Science fiction');
INSERT INTO works (id, created_at) VALUES (CAST('work-dune-------' AS BLOB), 1767088800000), (CAST('work-odyssey----' AS BLOB), 1767088800000);
INSERT INTO editions (id, work_id, isbn, title, byline, slug, format, created_at, updated_at)
VALUES (CAST('edition-dune-pb-' AS BLOB), CAST('work-dune-------' AS BLOB), '9780441013593', 'Dune', 'Frank Herbert', 'dune', 'BC', 1767088800000, 1767088800000),
       (CAST('edition-dune-hb-' AS BLOB), CAST('work-dune-------' AS BLOB), NULL, 'Dune, bound', 'Frank Herbert', 'dune-bound', 'BB', 1767088800000, 1767088800000),
       (CAST('edition-odyssey-' AS BLOB), CAST('work-odyssey----' AS BLOB), '9780140268867', 'The Odyssey', 'Homer', 'the-odyssey', 'BC', 1767088800000, 1767088800000);
INSERT INTO prices (id, edition_id, currency, amount_minor, tax_included, kind, source, valid_from, created_at, replaced_at)
VALUES (1, CAST('edition-dune-pb-' AS BLOB), 'GBP', 999, 1, 'selling', 'feed', 1767088800000, 1767088800000, NULL),
       (2, CAST('edition-dune-pb-' AS BLOB), 'GBP', 1099, 1, 'selling', 'owner', 1767088800000, 1767088800000, 1793527200000),
       (3, CAST('edition-dune-pb-' AS BLOB), 'GBP', 1000, 1, 'selling', 'owner', 1793527200000, 1793527200000, NULL),
       (4, CAST('edition-odyssey-' AS BLOB), 'GBP', 1200, 1, 'selling', 'feed', 1767088800000, 1767088800000, NULL);
INSERT INTO edition_refs (source, ref, edition_id) VALUES ('feed', 'A-1', CAST('edition-dune-pb-' AS BLOB));
INSERT INTO work_refs VALUES ('feed', 'W-1', CAST('work-dune-------' AS BLOB));
INSERT INTO import_sources VALUES (1, 'feed');
INSERT INTO import_records (source, identity, hash, edition_id) VALUES (1, CAST('identity-of-dune' AS BLOB), CAST('hash-of-the-dune' AS BLOB), CAST('edition-dune-pb-' AS BLOB));

-- One delivered in 2025; in 2026 one paid by card, one waiting for its transfer, one for its reader, one given up.
INSERT INTO orders (id, number, status, payment_status, payment_method, email, name, delivery_method_id, delivery_kind, delivery_name,
                    street, town, postcode, country, currency, subtotal_minor, delivery_minor, delivery_tax_minor, delivery_tax_rate,
                    tax_minor, total_minor, tax_included, hold_expires_at, placed_at, updated_at)
VALUES (CAST('order-2025-1----' AS BLOB), 'ORD-2025-00001', 'delivered', 'completed', 'card', 'a@example.com', 'Ada', 1, 'post', 'Royal Mail',
        '1 High St', 'York', 'YO1 1AA', 'GB', 'GBP', 1200, 300, 50, '0.2', 50, 1500, 1, NULL, 1767088800000, 1767088800000),
       (CAST('order-2026-1----' AS BLOB), 'ORD-2026-00001', 'confirmed', 'completed', 'card', 'a@example.com', 'Ada', 1, 'post', 'Royal Mail',
        '1 High St', 'York', 'YO1 1AA', 'GB', 'GBP', 3200, 300, 50, '0.2', 50, 3500, 1, NULL, 1793527200000, 1793527200000),
       (CAST('order-2026-2----' AS BLOB), 'ORD-2026-00002', 'pending', 'pending', 'transfer', 'b@example.com', 'Ben', 1, 'post', 'Royal Mail',
        '2 High St', 'York', 'YO1 1AA', 'GB', 'GBP', 2000, 300, 50, '0.2', 50, 2300, 1, 1795953600000, 1795168800000, 1795168800000),
       (CAST('order-2026-3----' AS BLOB), 'ORD-2026-00003', 'confirmed', 'pending', 'on_collection', 'c@example.com', 'Cy', 2, 'collection', 'In the shop',
        NULL, NULL, NULL, 'GB', 'GBP', 1200, 0, 0, '0.2', 0, 1200, 1, 1796558400000, 1795168800000, 1795168800000),
       (CAST('order-2026-4----' AS BLOB), 'ORD-2026-00004', 'cancelled', 'failed', 'card', 'd@example.com', 'Di', 1, 'post', 'Royal Mail',
        '4 High St', 'York', 'YO1 1AA', 'GB', 'GBP', 1000, 300, 50, '0.2', 50, 1300, 1, NULL, 1795168800000, 1795168800000);
INSERT INTO order_lines (id, order_id, position, edition_id, title, byline, format, quantity, to_order, unit_minor, line_minor, tax_minor, tax_rate, tax_rate_id, product_class)
VALUES (CAST('line-2025-1-1---' AS BLOB), CAST('order-2025-1----' AS BLOB), 1, CAST('edition-odyssey-' AS BLOB), 'The Odyssey', 'Homer', 'BC', 1, 0, 1200, 1200, 0, '0', 1, 'print'),
       (CAST('line-2026-1-1---' AS BLOB), CAST('order-2026-1----' AS BLOB), 1, CAST('edition-dune-pb-' AS BLOB), 'Dune', 'Frank Herbert', 'BC', 2, 0, 1000, 2000, 0, '0', 1, 'print'),
       (CAST('line-2026-1-2---' AS BLOB), CAST('order-2026-1----' AS BLOB), 2, CAST('edition-odyssey-' AS BLOB), 'The Odyssey', 'Homer', 'BC', 1, 1, 1200, 1200, 0, '0', 1, 'print'),
       (CAST('line-2026-2-1---' AS BLOB), CAST('order-2026-2----' AS BLOB), 1, CAST('edition-dune-pb-' AS BLOB), 'Dune', 'Frank Herbert', 'BC', 2, 0, 1000, 2000, 0, '0', 1, 'print'),
       (CAST('line-2026-3-1---' AS BLOB), CAST('order-2026-3----' AS BLOB), 1, CAST('edition-odyssey-' AS BLOB), 'The Odyssey', 'Homer', 'BC', 1, 0, 1200, 1200, 0, '0', 1, 'print'),
       (CAST('line-2026-4-1---' AS BLOB), CAST('order-2026-4----' AS BLOB), 1, CAST('edition-dune-pb-' AS BLOB), 'Dune', 'Frank Herbert', 'BC', 1, 0, 1000, 1000, 0, '0', 1, 'print');
INSERT INTO order_events (position, order_id, kind, from_status, to_status, actor, at)
VALUES (1, CAST('order-2025-1----' AS BLOB), 'placed', NULL, 'pending', 'reader', 1767088800000),
       (2, CAST('order-2025-1----' AS BLOB), 'paid', 'pending', 'confirmed', 'gateway', 1767088800000),
       (3, CAST('order-2025-1----' AS BLOB), 'sent', 'confirmed', 'shipped', 'staff', 1767088800000),
       (4, CAST('order-2025-1----' AS BLOB), 'delivered', 'shipped', 'delivered', 'staff', 1767088800000),
       (1, CAST('order-2026-1----' AS BLOB), 'placed', NULL, 'pending', 'reader', 1793527200000),
       (2, CAST('order-2026-1----' AS BLOB), 'paid', 'pending', 'confirmed', 'gateway', 1793527200000),
       (1, CAST('order-2026-2----' AS BLOB), 'placed', NULL, 'pending', 'reader', 1795168800000),
       (1, CAST('order-2026-3----' AS BLOB), 'placed', NULL, 'confirmed', 'reader', 1795168800000),
       (1, CAST('order-2026-4----' AS BLOB), 'placed', NULL, 'pending', 'reader', 1795168800000),
       (2, CAST('order-2026-4----' AS BLOB), 'cancelled', 'pending', 'cancelled', 'system', 1795168800000);
INSERT INTO idempotency_keys VALUES (CAST('key-of-2026-1---' AS BLOB), CAST('hash-of-2026-1--' AS BLOB), CAST('order-2026-1----' AS BLOB), 1793527200000);
INSERT INTO carts (id, state, order_id, created_at, updated_at)
VALUES (CAST('cart-of-2026-1--' AS BLOB), 'ordered', CAST('order-2026-1----' AS BLOB), 1793527200000, 1793527200000),
       (CAST('cart-open-------' AS BLOB), 'open', NULL, 1795168800000, 1795168800000);

INSERT INTO payments (id, order_id, method, provider, reference, amount_minor, currency, status, created_at, updated_at)
VALUES (CAST('pay-2025-1-1----' AS BLOB), CAST('order-2025-1----' AS BLOB), 'card', 'test', 'ch_0', 1500, 'GBP', 'completed', 1767088800000, 1767088800000),
       (CAST('pay-2026-1-1----' AS BLOB), CAST('order-2026-1----' AS BLOB), 'card', 'test', 'ch_1', 3500, 'GBP', 'failed', 1793527200000, 1793527200000),
       (CAST('pay-2026-1-2----' AS BLOB), CAST('order-2026-1----' AS BLOB), 'card', 'test', 'ch_2', 3500, 'GBP', 'completed', 1793527200000, 1793527200000),
       (CAST('pay-2026-2-1----' AS BLOB), CAST('order-2026-2----' AS BLOB), 'transfer', 'transfer', NULL, 2300, 'GBP', 'pending', 1795168800000, 1795168800000),
       (CAST('pay-2026-3-1----' AS BLOB), CAST('order-2026-3----' AS BLOB), 'on_collection', 'collection', NULL, 1200, 'GBP', 'pending', 1795168800000, 1795168800000),
       (CAST('pay-2026-4-1----' AS BLOB), CAST('order-2026-4----' AS BLOB), 'card', 'test', 'ch_4', 1300, 'GBP', 'failed', 1795168800000, 1795168800000);

INSERT INTO stock VALUES (CAST('edition-dune-pb-' AS BLOB), 3, 'A1'), (CAST('edition-dune-hb-' AS BLOB), 0, ''), (CAST('edition-odyssey-' AS BLOB), 1, 'B2');
INSERT INTO stock_movements (id, edition_id, kind, quantity, order_line_id, unit, actor, reason, at)
VALUES (CAST('move-1----------' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 'received', 5, NULL, NULL, 'staff', 'delivery', 1767088800000),
       (CAST('move-2----------' AS BLOB), CAST('edition-odyssey-' AS BLOB), 'received', 2, NULL, NULL, 'staff', 'delivery', 1767088800000),
       (CAST('move-3----------' AS BLOB), CAST('edition-odyssey-' AS BLOB), 'sold', -1, CAST('line-2025-1-1---' AS BLOB), 1, 'system', 'paid', 1767088800000),
       (CAST('move-4----------' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 'sold', -1, CAST('line-2026-1-1---' AS BLOB), 1, 'system', 'paid', 1793527200000),
       (CAST('move-5----------' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 'sold', -1, CAST('line-2026-1-1---' AS BLOB), 2, 'system', 'paid', 1793527200000);
INSERT INTO holds VALUES (CAST('order-2026-2----' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 2, 1795953600000),
                         (CAST('order-2026-3----' AS BLOB), CAST('edition-odyssey-' AS BLOB), 1, 1796558400000);

INSERT INTO mail_outbox (id, subject_id, kind, recipient, subject, text_body, html_body, state, attempts, due_at, created_at, sent_at)
VALUES (CAST('mail-2026-1-----' AS BLOB), CAST('order-2026-1----' AS BLOB), 'order_confirmation', 'a@example.com', 'Your order ORD-2026-00001', 'Thanks', '<p>Thanks', 'sent', 1, 1793527200000, 1793527200000, 1793527200000),
       (CAST('mail-2026-3-----' AS BLOB), CAST('order-2026-3----' AS BLOB), 'order_confirmation', 'c@example.com', 'Your order ORD-2026-00003', 'Thanks', '<p>Thanks', 'queued', 0, 1795953600000, 1795168800000, NULL);
