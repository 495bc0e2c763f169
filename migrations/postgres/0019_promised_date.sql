-- While a deletion is scheduled its date comes no nearer, even if the promise is changed with it.
CREATE FUNCTION refuse_nearer_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a promised date comes no nearer'; END $$;
CREATE TRIGGER users_promise BEFORE UPDATE OF delete_at ON users
FOR EACH ROW WHEN (NEW.delete_at < OLD.delete_at) EXECUTE FUNCTION refuse_nearer_date();
