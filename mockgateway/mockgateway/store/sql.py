"""The statements of the store: one text that SQLite and PostgreSQL both understand, but for parameters."""

from mockgateway.store import outbox_sql

JOB_COLUMNS = (
    "request_id, account, model, created, starts, ends, outcome, error, "
    "image_size, output_format, num_images, prompt, charge"
)
ACCOUNT_COLUMNS = (
    "name, clock_real, clock_told, clock_speed, balance, charged, "
    "rate_limit, limit_on, window_began, window_calls, scenario"
)

MAKE = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """
    CREATE TABLE accounts (
        name TEXT PRIMARY KEY,
        clock_real BIGINT NOT NULL,
        clock_told BIGINT NOT NULL,
        clock_speed DOUBLE PRECISION NOT NULL,
        balance BIGINT,
        charged BIGINT NOT NULL,
        rate_limit TEXT,
        limit_on TEXT NOT NULL,
        window_began BIGINT NOT NULL,
        window_calls BIGINT NOT NULL,
        scenario TEXT
    )
    """,
    """
    CREATE TABLE jobs (
        request_id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        model TEXT NOT NULL,
        created BIGINT NOT NULL,
        starts BIGINT NOT NULL,
        ends BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        error TEXT,
        image_size TEXT NOT NULL,
        output_format TEXT NOT NULL,
        num_images INTEGER NOT NULL,
        prompt TEXT NOT NULL,
        charge BIGINT NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX jobs_by_end ON jobs (account, ends)",
    # Few jobs fail, so looking for refunds that are due costs next to nothing.
    "CREATE INDEX jobs_to_settle ON jobs (account, ends) WHERE settled = 0 AND outcome <> 'COMPLETED'",
    *outbox_sql.MAKE,
)

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
KEPT = "SELECT value FROM meta WHERE name = ?"
KEEP = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

ACCOUNT = f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE name = ?"  # noqa: S608 - constants only
OPEN_ACCOUNT = f"INSERT INTO accounts ({ACCOUNT_COLUMNS}) VALUES ({', '.join('?' * 11)})"  # noqa: S608 - same
KEEP_ACCOUNT = """
    UPDATE accounts
    SET clock_real = ?, clock_told = ?, clock_speed = ?, balance = ?, charged = ?,
        rate_limit = ?, limit_on = ?, window_began = ?, window_calls = ?, scenario = ?
    WHERE name = ?
"""

ADD_JOB = f"INSERT INTO jobs ({JOB_COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608 - constants only
JOB = f"SELECT {JOB_COLUMNS} FROM jobs WHERE request_id = ?"  # noqa: S608 - constants only
JOBS = f"SELECT {JOB_COLUMNS} FROM jobs WHERE account = ? ORDER BY request_id DESC LIMIT ?"  # noqa: S608 - same
COUNT = "SELECT COUNT(*) FROM jobs WHERE account = ?"
CHANGE_PLAN = "UPDATE jobs SET starts = ?, ends = ?, outcome = ?, error = ? WHERE request_id = ?"
NEXT_CHANGE = """
    SELECT MIN(CASE WHEN starts > ? THEN starts ELSE ends END) FROM jobs WHERE account = ? AND ends > ?
"""

JOBS_BETWEEN = f"SELECT {JOB_COLUMNS} FROM jobs WHERE account = ? AND ends > ? AND starts <= ?"  # noqa: S608

# When a lane becomes free: the K-th latest end. A job takes the lane that frees first, so the
# K latest ends of an account are always the ends of its K lanes.
LANE_FREE = "SELECT ends FROM jobs WHERE account = ? ORDER BY ends DESC LIMIT 1 OFFSET ?"

TO_SETTLE = """
    SELECT request_id, charge, outcome FROM jobs
    WHERE account = ? AND ends <= ? AND settled = 0 AND outcome <> 'COMPLETED'
"""
SETTLE = "UPDATE jobs SET settled = 1 WHERE request_id = ?"

FORGET = (*outbox_sql.FORGET, "DELETE FROM jobs WHERE account = ?", "DELETE FROM accounts WHERE name = ?")
RESET = (*outbox_sql.RESET, "DELETE FROM jobs", "DELETE FROM accounts")
