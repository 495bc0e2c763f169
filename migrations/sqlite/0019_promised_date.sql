-- While a deletion is scheduled its date comes no nearer, even if the promise is changed with it.
CREATE TRIGGER users_promise BEFORE UPDATE OF delete_at ON users
WHEN NEW.delete_at < OLD.delete_at
BEGIN SELECT RAISE(ABORT, 'a promised date comes no nearer'); END;
