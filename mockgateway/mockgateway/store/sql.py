"""The statements of the store: one text that SQLite and PostgreSQL both understand, but for parameters."""

COLUMNS = (
    "request_id, account, model, created, starts, ends, outcome, error, "
    "image_size, output_format, num_images, prompt"
)

MAKE = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
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
        prompt TEXT NOT NULL
    )
    """,
    "CREATE INDEX jobs_by_end ON jobs (account, ends)",
)

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
KEPT = "SELECT value FROM meta WHERE name = ?"
KEEP = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
ADD_JOB = f"INSERT INTO jobs ({COLUMNS}) VALUES ({', '.join('?' * 12)})"  # noqa: S608 - constants only
JOB = f"SELECT {COLUMNS} FROM jobs WHERE request_id = ?"  # noqa: S608 - constants only

# When a lane becomes free: the K-th latest end. A job takes the lane that frees first, so the
# K latest ends of an account are always the ends of its K lanes.
LANE_FREE = "SELECT ends FROM jobs WHERE account = ? ORDER BY ends DESC LIMIT 1 OFFSET ?"
