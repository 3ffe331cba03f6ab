package io.saddlebag.database.oracle;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;

/** A driver for the stand-in, {@code jdbc:oracle:twin:@FOLDER}; knows what the console uses. */
final class TwinDriver implements Driver {
    private static final String PREFIX = "jdbc:oracle:twin:@";

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        if (!"sysdba".equals(info.getProperty("internal_logon")) || info.containsKey("password")) {
            throw new SQLException("ORA-01031: insufficient privileges", "72000", 1031);
        }
        Path state = Path.of(url.substring(PREFIX.length()));
        return proxy(
                Connection.class,
                (proxy, method, args) -> method.getName().equals("createStatement") ? statement(state) : null);
    }

    private static Statement statement(Path state) {
        return proxy(Statement.class, (proxy, method, args) -> switch (method.getName()) {
            case "execute" -> {
                said(state, (String) args[0]);
                yield false;
            }
            case "executeQuery" -> {
                String sql = (String) args[0];
                String columns = sql.substring("select ".length(), sql.indexOf(" from "));
                List<String> rows = said(
                        state,
                        "select 'SBG>'||" + columns.replace(", ", "||chr(31)||")
                                + sql.substring(sql.indexOf(" from ")));
                yield rows(rows.stream()
                        .map(row -> row.substring(SqlPlus.ROW.length()))
                        .toList());
            }
            default -> null;
        });
    }

    private static ResultSet rows(List<String> rows) {
        int[] at = {-1};
        return proxy(ResultSet.class, (proxy, method, args) -> switch (method.getName()) {
            case "next" -> ++at[0] < rows.size();
            case "getString" -> rows.get(at[0]).split(String.valueOf(SqlPlus.BETWEEN), -1)[(int) args[0] - 1];
            default -> null;
        });
    }

    private static List<String> said(Path state, String statement) throws Exception {
        List<String> said = new ArrayList<>();
        int code = new SqlplusTwin(state).run("WHENEVER SQLERROR EXIT FAILURE\n" + statement + ";\n", said::add);
        if (code != 0) {
            int number = Integer.parseInt(said.get(0).substring(4, 9));
            throw new SQLException(String.join("\n", said), String.format(Locale.ROOT, "%05d", 72000), number);
        }
        return said;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(TwinDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
