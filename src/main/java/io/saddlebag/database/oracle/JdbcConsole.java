package io.saddlebag.database.oracle;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Any driver for Oracle on the class path; none is shipped. Programs start and stop the instance, since no statement does. The
 * listener has to know the instance statically, or a down instance can't be told from an unreachable one.
 */
final class JdbcConsole implements OracleConsole {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private final OracleSettings settings;
    private final String url;
    private final OraclePrograms programs;

    JdbcConsole(OracleSettings settings, String url, OraclePrograms programs) {
        this.settings = settings;
        this.url = url;
        this.programs = programs;
    }

    @Override
    public void execute(String statement, Duration timeout, Consumer<String> log) throws IOException {
        log.accept("SQL> " + statement);
        try (Connection connection = open(timeout);
                Statement running = connection.createStatement()) {
            running.setQueryTimeout(seconds(timeout));
            running.execute(statement);
        } catch (SQLException e) {
            throw error(e);
        }
    }

    @Override
    public List<List<String>> rows(Query query, Duration timeout) throws IOException {
        String select = "select " + String.join(", ", query.columns()) + " from " + query.from();
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = open(timeout);
                Statement running = connection.createStatement()) {
            running.setQueryTimeout(seconds(timeout));
            try (ResultSet found = running.executeQuery(select)) {
                while (found.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= query.columns().size(); i++) {
                        String value = found.getString(i);
                        row.add(value == null ? "" : value);
                    }
                    rows.add(row);
                }
            }
        } catch (SQLException e) {
            throw error(e);
        }
        return rows;
    }

    @Override
    public void startup(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs.require(settings.start(), timeout, log);
    }

    @Override
    public void shutdown(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs.require(settings.stop(), timeout, log);
    }

    private Connection open(Duration timeout) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("internal_logon", "sysdba");
        Duration limit = timeout.compareTo(CONNECT_LIMIT) < 0 ? timeout : CONNECT_LIMIT;
        properties.setProperty("oracle.net.CONNECT_TIMEOUT", Long.toString(Math.max(1, limit.toMillis())));
        return DriverManager.getConnection(url, properties);
    }

    private static int seconds(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
    }

    private static OracleError error(SQLException e) {
        String said = String.valueOf(e.getMessage());
        List<OraMessage> messages = OraMessage.in(said.lines().toList());
        if (messages.isEmpty() && e.getErrorCode() > 0) {
            messages = List.of(new OraMessage("ORA", e.getErrorCode(), said));
        }
        return new OracleError(messages, said, e);
    }
}
