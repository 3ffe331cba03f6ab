package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects to the server as its settings say. Thread-safe; keeps nothing open. */
final class ServerConnections {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final PostgresqlSettings settings;

    ServerConnections(PostgresqlSettings settings) {
        this.settings = settings;
    }

    /** @param limit for connecting and for each answer, rounded up to whole seconds */
    Connection open(Duration limit) throws SQLException, IOException {
        return open(limit, Map.of());
    }

    /** @param special properties of the driver that this connection needs beside or instead of the usual ones */
    Connection open(Duration limit, Map<String, String> special) throws SQLException, IOException {
        String seconds = Long.toString(Math.max(1, limit.plusMillis(999).toSeconds()));
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("ApplicationName", "saddlebag");
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        String password = password();
        if (password != null) {
            properties.setProperty("password", password);
        }
        if (settings.host().startsWith("/")) {
            properties.setProperty("PGHOST", "localhost");
            properties.setProperty("socketFactory", FileSockets.class.getName());
            properties.setProperty("socketFactoryArg", settings.host() + "/.s.PGSQL." + settings.port());
            properties.setProperty("sslmode", "disable");
            properties.setProperty("gssEncMode", "disable");
        } else {
            properties.setProperty("PGHOST", settings.host());
        }
        properties.setProperty("PGPORT", Integer.toString(settings.port()));
        properties.setProperty("PGDBNAME", settings.maintenanceDatabase());
        special.forEach(properties::setProperty);
        // in the address, since the driver takes an address without one for a database named like the user
        String database = URLEncoder.encode(properties.getProperty("PGDBNAME"), StandardCharsets.UTF_8);
        return DriverManager.getConnection("jdbc:postgresql:" + database, properties);
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
