package io.saddlebag.database.oracle;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The one way in which an instance is talked to, as an administrator ({@code sysdba}). Thread-safe; each call is a session of
 * its own. What the instance refuses is an {@link OracleError}.
 */
interface OracleConsole {
    /** Runs a statement that yields no rows, without its semicolon. */
    void execute(String statement, Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /** Texts of rows, in the order of the query's columns; null values are empty. */
    List<List<String>> rows(Query query, Duration timeout) throws IOException, InterruptedException;

    /** Starts the instance and opens the database; on failure the instance stays as far as it came. */
    void startup(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /** Sessions are ended, transactions rolled back; the files are consistent afterwards ({@code SHUTDOWN IMMEDIATE}). */
    void shutdown(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * @param columns expressions, at least one
     * @param from what follows {@code from}: a view, and conditions
     */
    record Query(List<String> columns, String from) {
        public Query {
            columns = List.copyOf(columns);
            if (columns.isEmpty()) {
                throw new IllegalArgumentException("a query without columns");
            }
        }

        static Query of(String column, String from) {
            return new Query(List.of(column), from);
        }
    }
}
