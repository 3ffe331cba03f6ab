package io.saddlebag.database.derby;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects to the database through its network server. Thread-safe; keeps nothing open. */
final class ServerConnections {
    /** In seconds, for the driver; it has no limit for an answer. */
    private static final int CONNECT_LIMIT = 5;

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final DerbySettings settings;

    ServerConnections(DerbySettings settings) {
        this.settings = settings;
    }

    /** Boots the database when nobody has it open: not to be asked of one that is to stay stopped. */
    Connection open() throws SQLException, IOException {
        Properties properties = new Properties();
        properties.setProperty("loginTimeout", Integer.toString(CONNECT_LIMIT));
        if (settings.user() != null) {
            properties.setProperty("user", settings.user());
        }
        String password = password();
        if (password != null) {
            properties.setProperty("password", password);
            // not as clear text
            properties.setProperty("securityMechanism", "8");
        }
        String host = settings.host().indexOf(':') < 0 ? settings.host() : "[" + settings.host() + "]";
        return DriverManager.getConnection(
                "jdbc:derby://" + host + ":" + settings.port() + "/" + settings.folder(), properties);
    }

    /** The first column of the first row; empty for null, or without a row. */
    static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            String value = answer.next() ? answer.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    static void call(Connection connection, String procedure) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("call syscs_util." + procedure);
        }
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Nullable
    String password() throws IOException {
        Path file = settings.passwordFile();
        if (file == null) {
            return null;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && Files.exists(file)) {
            if (view.readAttributes().permissions().stream().anyMatch(OTHERS::contains)) {
                throw refused(file, "can be read by others", null);
            }
        }
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String first = reader.readLine();
            if (first == null || first.isEmpty()) {
                throw refused(file, "has no password on its first line", null);
            }
            return first;
        } catch (BackupException refused) {
            throw refused;
        } catch (IOException unreadable) {
            throw refused(file, "can't be read", unreadable);
        }
    }

    private BackupException refused(Path file, String why, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.BAD_CONFIGURATION,
                "option passwordFile of database " + settings.name() + ": " + file + " " + why,
                "Give a file that only this process's user can read (chmod 600) with the password on its first line.",
                cause);
    }
}
