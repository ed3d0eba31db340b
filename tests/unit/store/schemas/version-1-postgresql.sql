-- The schema of the first release on postgresql: what a version-1 database looks like. Never edit: databases in the field are so.

CREATE TABLE meta (
    key VARCHAR NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE upload (
    id VARCHAR NOT NULL,
    filename TEXT NOT NULL,
    sha256 VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob VARCHAR,
    options JSON NOT NULL,
    idempotency_key VARCHAR,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status VARCHAR NOT NULL,
    accepted INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    error TEXT,
    PRIMARY KEY (id),
    UNIQUE (idempotency_key)
);

CREATE TABLE customer (
    id VARCHAR NOT NULL,
    name TEXT,
    folded_name TEXT,
    first_name TEXT,
    last_name TEXT,
    language VARCHAR,
    city TEXT,
    postcode VARCHAR,
    segment TEXT,
    since TIMESTAMP WITH TIME ZONE,
    attributes JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX customer_name ON customer (last_name, first_name);

CREATE INDEX ix_customer_segment ON customer (segment);

CREATE TABLE digest (
    week VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    document JSON NOT NULL,
    PRIMARY KEY (week)
);

CREATE TABLE api_key (
    id VARCHAR NOT NULL,
    name TEXT NOT NULL,
    role VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (hash)
);

CREATE TABLE audit (
    id SERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    action VARCHAR NOT NULL,
    target TEXT,
    detail JSON,
    PRIMARY KEY (id)
);

CREATE TABLE worker (
    id VARCHAR NOT NULL,
    host VARCHAR NOT NULL,
    pid INTEGER NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    heartbeat_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE upload_item (
    upload_id VARCHAR NOT NULL,
    interaction_id VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    PRIMARY KEY (upload_id, interaction_id),
    FOREIGN KEY(upload_id) REFERENCES upload (id) ON DELETE CASCADE
);

CREATE INDEX upload_item_interaction ON upload_item (interaction_id);

CREATE TABLE rejection (
    id SERIAL NOT NULL,
    upload_id VARCHAR NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(upload_id) REFERENCES upload (id) ON DELETE CASCADE
);

CREATE INDEX ix_rejection_upload_id ON rejection (upload_id);

CREATE TABLE identifier (
    id SERIAL NOT NULL,
    customer_id VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    network VARCHAR NOT NULL,
    verified BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT identifier_once UNIQUE (type, value, network, customer_id),
    FOREIGN KEY(customer_id) REFERENCES customer (id) ON DELETE CASCADE
);

CREATE INDEX ix_identifier_customer_id ON identifier (customer_id);

CREATE TABLE interaction (
    id VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT,
    thread_id TEXT,
    content_hash VARCHAR NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    week VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    error TEXT,
    work_id VARCHAR,
    blob VARCHAR,
    duration_ms INTEGER,
    nps INTEGER,
    csat FLOAT,
    rating FLOAT,
    language VARCHAR,
    sentiment_label VARCHAR,
    sentiment_score FLOAT,
    snippet TEXT,
    analysed_at TIMESTAMP WITH TIME ZONE,
    customer_id VARCHAR,
    record JSON NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id) ON DELETE SET NULL
);

CREATE INDEX interaction_week ON interaction (week, channel);

CREATE INDEX interaction_figures ON interaction (at, week, channel, sentiment_label, sentiment_score, customer_id, language, id);

CREATE INDEX interaction_at ON interaction (at, id);

CREATE INDEX ix_interaction_work_id ON interaction (work_id);

CREATE INDEX interaction_status ON interaction (status);

CREATE INDEX ix_interaction_customer_id ON interaction (customer_id);

CREATE TABLE transcript (
    interaction_id VARCHAR NOT NULL,
    document JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (interaction_id),
    FOREIGN KEY(interaction_id) REFERENCES interaction (id) ON DELETE CASCADE
);

CREATE TABLE analysis (
    interaction_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    document JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (interaction_id),
    FOREIGN KEY(interaction_id) REFERENCES interaction (id) ON DELETE CASCADE
);

CREATE TABLE signal (
    id SERIAL NOT NULL,
    interaction_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    parent VARCHAR NOT NULL,
    score FLOAT,
    sentiment FLOAT,
    begin INTEGER,
    "end" INTEGER,
    begin_ms INTEGER,
    end_ms INTEGER,
    analyser VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(interaction_id) REFERENCES interaction (id) ON DELETE CASCADE
);

CREATE INDEX signal_interaction ON signal (interaction_id, kind, label, parent);

CREATE INDEX signal_label ON signal (kind, label, interaction_id);

CREATE INDEX signal_parent ON signal (kind, parent, interaction_id);

CREATE TABLE link (
    interaction_id VARCHAR NOT NULL,
    customer_id VARCHAR,
    method VARCHAR NOT NULL,
    evidence JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (interaction_id),
    FOREIGN KEY(interaction_id) REFERENCES interaction (id) ON DELETE CASCADE,
    FOREIGN KEY(customer_id) REFERENCES customer (id) ON DELETE SET NULL
);

CREATE INDEX ix_link_customer_id ON link (customer_id);

CREATE TABLE embedding (
    seq SERIAL NOT NULL,
    interaction_id VARCHAR NOT NULL,
    vector BYTEA NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (interaction_id),
    FOREIGN KEY(interaction_id) REFERENCES interaction (id) ON DELETE CASCADE
);

CREATE TABLE interaction_fts (interaction_id text PRIMARY KEY REFERENCES interaction(id) ON DELETE CASCADE, body tsvector NOT NULL);

CREATE INDEX interaction_fts_body ON interaction_fts USING gin(body);

INSERT INTO meta (key, value) VALUES ('schema_version', '1');
