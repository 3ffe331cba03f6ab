package io.saddlebag.database.sqlite;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** An application with an idle connection, until its standard input ends. */
public final class SqliteHolder {
    private SqliteHolder() {}

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = " + arguments[1]);
            statement.execute("insert into t values (8)");
            System.out.println("open");
            System.out.flush();
            int unused = System.in.read();
        }
    }
}
