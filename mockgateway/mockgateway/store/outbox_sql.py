"""The statements about deliveries, as SQLite and PostgreSQL both understand them but for parameters."""

COLUMNS = "id, account, request_id, url, shown, origin, due, attempts, tries, state, copies, tells, scenario"
ATTEMPT_COLUMNS = "number, at, ended, status, error, duration, answer, retry_after"

MAKE = (
    # due: in the account's time. wakes: in real time, when it may be claimed; NULL: not by itself.
    # leased: in real time, until when nobody else claims it.
    """
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        request_id TEXT NOT NULL,
        url TEXT NOT NULL,
        shown TEXT NOT NULL,
        origin TEXT NOT NULL,
        due BIGINT NOT NULL,
        attempts INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        state TEXT NOT NULL,
        copies INTEGER NOT NULL,
        tells TEXT,
        scenario TEXT,
        wakes BIGINT,
        leased BIGINT NOT NULL DEFAULT 0,
        token TEXT
    )
    """,
    """
    CREATE INDEX deliveries_to_wake ON deliveries (account, wakes, due, id)
    WHERE state = 'pending' AND wakes IS NOT NULL
    """,
    "CREATE INDEX deliveries_of_account ON deliveries (account, id)",
    "CREATE INDEX deliveries_of_job ON deliveries (request_id)",
    """
    CREATE TABLE attempts (
        delivery TEXT NOT NULL,
        number INTEGER NOT NULL,
        at BIGINT NOT NULL,
        ended INTEGER NOT NULL,
        status INTEGER,
        error TEXT,
        duration BIGINT NOT NULL,
        answer TEXT NOT NULL,
        retry_after DOUBLE PRECISION,
        PRIMARY KEY (delivery, number)
    )
    """,
)

ADD = f"INSERT INTO deliveries ({COLUMNS}, wakes) VALUES ({', '.join('?' * 14)})"  # noqa: S608 - constants only
ONE = f"SELECT {COLUMNS} FROM deliveries WHERE id = ?"  # noqa: S608 - same
LISTED = f"SELECT {COLUMNS} FROM deliveries WHERE account = ? ORDER BY id DESC LIMIT ?"  # noqa: S608 - same
OF_JOB = f"SELECT {COLUMNS} FROM deliveries WHERE request_id = ? ORDER BY id"  # noqa: S608 - same
ATTEMPTS = f"SELECT {ATTEMPT_COLUMNS} FROM attempts WHERE delivery = ? ORDER BY number"  # noqa: S608 - same

WAKING = """
    SELECT account, MIN(wakes) FROM deliveries WHERE state = 'pending' AND wakes IS NOT NULL GROUP BY account
"""
WAKES = "SELECT MIN(wakes) FROM deliveries WHERE account = ? AND state = 'pending' AND wakes IS NOT NULL"
NEXT = f"""
    SELECT {COLUMNS} FROM deliveries
    WHERE account = ? AND state = 'pending' AND wakes IS NOT NULL AND wakes <= ?
    ORDER BY wakes, due, id LIMIT 1
"""  # noqa: S608 - same
NEXT_DUE = "SELECT MIN(due) FROM deliveries WHERE account = ? AND state = 'pending' AND due > ?"
CLAIM = """
    UPDATE deliveries SET due = ?, attempts = ?, tries = ?, wakes = ?, leased = ?, token = ? WHERE id = ?
"""
BEGIN = "INSERT INTO attempts (delivery, number, at, ended, duration, answer) VALUES (?, ?, ?, 0, 0, '')"
HELD = f"SELECT {COLUMNS} FROM deliveries WHERE id = ? AND token = ?"  # noqa: S608 - same
LEASED = "SELECT leased FROM deliveries WHERE id = ?"
SETTLE = """
    UPDATE deliveries SET due = ?, tries = ?, state = ?, copies = ?, wakes = ?, leased = 0, token = NULL
    WHERE id = ?
"""
END = """
    UPDATE attempts SET ended = 1, status = ?, error = ?, duration = ?, answer = ?, retry_after = ?
    WHERE delivery = ? AND number = ?
"""

LEASING = "SELECT DISTINCT account FROM deliveries WHERE leased > 0"
FREE = "UPDATE deliveries SET leased = 0, token = NULL WHERE account = ?"
PENDING = f"SELECT {COLUMNS}, leased FROM deliveries WHERE account = ? AND state = 'pending'"  # noqa: S608 - same
RECLOCK = "UPDATE deliveries SET wakes = ? WHERE id = ?"
REPLAN = """
    UPDATE deliveries SET due = due + ? - (SELECT ends FROM jobs WHERE jobs.request_id = ?)
    WHERE request_id = ? AND state = 'pending' AND attempts = 0
"""

FORGET = (
    "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE account = ?)",
    "DELETE FROM deliveries WHERE account = ?",
)
RESET = ("DELETE FROM attempts", "DELETE FROM deliveries")
