-- Carts, orders and the money they move.

CREATE TABLE carts (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    token_hash  BLOB CHECK (token_hash IS NULL OR length(token_hash) = 32),
    customer_id BLOB REFERENCES customers (id),
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'ordered', 'merged')),
    order_id    BLOB,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CHECK ((state = 'ordered') = (order_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX carts_one_open ON carts (customer_id) WHERE customer_id IS NOT NULL AND state = 'open';
-- The cookie keeps its token; the cart behind it changes when one is ordered.
CREATE UNIQUE INDEX carts_one_open_by_token ON carts (token_hash) WHERE token_hash IS NOT NULL AND state = 'open';
CREATE INDEX carts_age ON carts (state, updated_at);
-- price_minor is what the reader last saw; the price that counts is read again each time.
CREATE TABLE cart_lines (
    cart_id     BLOB NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    edition_id  BLOB NOT NULL REFERENCES editions (id),
    quantity    INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency    TEXT NOT NULL,
    added_at    INTEGER NOT NULL,
    PRIMARY KEY (cart_id, edition_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id              BLOB PRIMARY KEY CHECK (length(id) = 16),
    number          TEXT NOT NULL UNIQUE,
    customer_id     BLOB REFERENCES customers (id),
    cart_id         BLOB REFERENCES carts (id),
    status          TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled')),
    payment_status  TEXT NOT NULL CHECK (payment_status IN ('pending', 'completed', 'failed', 'refunded')),
    payment_method  TEXT NOT NULL CHECK (payment_method IN ('card', 'transfer', 'on_collection')),
    email           TEXT NOT NULL,
    name            TEXT NOT NULL,
    phone           TEXT,
    delivery_method_id INTEGER NOT NULL REFERENCES delivery_methods (id),
    delivery_kind   TEXT NOT NULL CHECK (delivery_kind IN ('post', 'collection')),
    delivery_name   TEXT NOT NULL,
    street          TEXT, town TEXT, region TEXT, postcode TEXT,
    country         TEXT NOT NULL CHECK (length(country) = 2),
    currency        TEXT NOT NULL CHECK (length(currency) = 3),
    subtotal_minor  INTEGER NOT NULL CHECK (subtotal_minor >= 0),
    delivery_minor  INTEGER NOT NULL CHECK (delivery_minor >= 0),
    delivery_tax_minor INTEGER NOT NULL CHECK (delivery_tax_minor >= 0),
    delivery_tax_rate  TEXT NOT NULL,
    discount_minor  INTEGER NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    tax_minor       INTEGER NOT NULL CHECK (tax_minor >= 0),
    total_minor     INTEGER NOT NULL CHECK (total_minor >= 0),
    tax_included    INTEGER NOT NULL CHECK (tax_included IN (0, 1)),
    hold_expires_at INTEGER,
    promised_from   TEXT,
    promised_to     TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    placed_at       INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CHECK (total_minor = subtotal_minor + delivery_minor - discount_minor + CASE tax_included WHEN 1 THEN 0 ELSE tax_minor END),
    CHECK (delivery_kind = 'collection' OR (street IS NOT NULL AND town IS NOT NULL))
) STRICT;
CREATE INDEX orders_customer ON orders (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_status ON orders (status, id);
-- A cart that is deleted is looked for in all orders, which refer to it.
CREATE INDEX orders_cart ON orders (cart_id);
-- What the office counts and lists: to pack, to collect, to match.
CREATE INDEX orders_desk ON orders (status, delivery_kind, id, payment_method);
CREATE INDEX orders_expiry ON orders (hold_expires_at) WHERE hold_expires_at IS NOT NULL;

-- What was sold, as it was on that day: titles and rates are copied, never joined.
-- to_order of the quantity were not on the shelf and come from the supplier.
CREATE TABLE order_lines (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    order_id    BLOB NOT NULL REFERENCES orders (id),
    position    INTEGER NOT NULL,
    edition_id  BLOB NOT NULL REFERENCES editions (id),
    isbn        TEXT, title TEXT NOT NULL, byline TEXT NOT NULL, format TEXT NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    to_order    INTEGER NOT NULL CHECK (to_order BETWEEN 0 AND quantity),
    unit_minor  INTEGER NOT NULL CHECK (unit_minor >= 0),
    line_minor  INTEGER NOT NULL,
    tax_minor   INTEGER NOT NULL CHECK (tax_minor >= 0),
    tax_rate    TEXT NOT NULL,
    tax_rate_id INTEGER REFERENCES tax_rates (id),
    product_class TEXT NOT NULL,
    CHECK (line_minor = unit_minor * quantity),
    UNIQUE (order_id, position),
    UNIQUE (order_id, edition_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_lines_edition ON order_lines (edition_id);

-- Every change to a price has a source and a label (discounts come with part D).
CREATE TABLE order_adjustments (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    order_id     BLOB NOT NULL REFERENCES orders (id),
    line_id      BLOB REFERENCES order_lines (id),
    source       TEXT NOT NULL,
    label        TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    included     INTEGER NOT NULL CHECK (included IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX order_adjustments_order ON order_adjustments (order_id);

-- position, not time, is the order of events: clocks jump, and two events may share a millisecond.
CREATE TABLE order_events (
    order_id    BLOB NOT NULL REFERENCES orders (id),
    position    INTEGER NOT NULL CHECK (position > 0),
    kind        TEXT NOT NULL,
    from_status TEXT,
    to_status   TEXT NOT NULL,
    actor       TEXT NOT NULL,
    note        TEXT NOT NULL DEFAULT '',
    at          INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- A guest's way in: each mail and each thank-you page carries its own random token, stored hashed.
CREATE TABLE order_links (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    order_id   BLOB NOT NULL REFERENCES orders (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One key makes one order, however often it is sent. request_hash tells a repeat from a misuse.
CREATE TABLE idempotency_keys (
    key          BLOB PRIMARY KEY CHECK (length(key) = 16),
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 16),
    order_id     BLOB NOT NULL REFERENCES orders (id),
    created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Each attempt to pay is a row. id is also the key that the provider sees, so a retry charges once.
CREATE TABLE payments (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    order_id     BLOB NOT NULL REFERENCES orders (id),
    method       TEXT NOT NULL CHECK (method IN ('card', 'transfer', 'on_collection')),
    provider     TEXT NOT NULL,
    reference    TEXT,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    status       TEXT NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'refunded')),
    reason       TEXT,
    -- Money that came for an order that could not take it: to be sent back.
    refund_due   INTEGER NOT NULL DEFAULT 0 CHECK (refund_due IN (0, 1)),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_refund_due ON payments (id) WHERE refund_due = 1;
CREATE INDEX payments_order ON payments (order_id, id);
CREATE UNIQUE INDEX payments_reference ON payments (provider, reference) WHERE reference IS NOT NULL;
-- An order is paid once.
CREATE UNIQUE INDEX payments_one_completed ON payments (order_id) WHERE status = 'completed';
CREATE INDEX payments_pending ON payments (status, updated_at) WHERE status = 'pending';

-- Each call to and event from a provider, without card data. event_id makes a repeated webhook a no-op.
CREATE TABLE provider_calls (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    payment_id BLOB REFERENCES payments (id),
    provider   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    event_id   TEXT,
    reference  TEXT,
    amount_minor INTEGER,
    currency   TEXT,
    outcome    TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX provider_calls_payment ON provider_calls (payment_id, id);
CREATE UNIQUE INDEX provider_calls_event ON provider_calls (provider, event_id) WHERE event_id IS NOT NULL;

-- The test gateway's own books: it stands for a company elsewhere, so nothing of the shop refers to it.
CREATE TABLE test_gateway_charges (
    reference    TEXT PRIMARY KEY,
    request_key  TEXT NOT NULL UNIQUE,
    token        TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('processing', 'requires_action', 'succeeded', 'failed', 'refunded')),
    reason       TEXT,
    callback_at  INTEGER,
    return_url   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX test_gateway_callbacks ON test_gateway_charges (callback_at) WHERE callback_at IS NOT NULL;

-- Mail leaves by this table only: written with the fact it tells of, sent by the mail thread.
CREATE TABLE mail_outbox (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    subject_id  BLOB NOT NULL CHECK (length(subject_id) = 16),
    kind        TEXT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    recipient   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text_body   TEXT NOT NULL,
    html_body   TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'parked')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      INTEGER NOT NULL,
    last_error  TEXT,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER,
    UNIQUE (subject_id, kind, version)
) STRICT;
CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE state = 'queued';
CREATE INDEX mail_outbox_parked ON mail_outbox (id) WHERE state = 'parked';
