package io.saddlebag.database.mariadb;

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
import java.sql.SQLException;
import java.time.Duration;
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

    private final MariadbSettings settings;

    ServerConnections(MariadbSettings settings) {
        this.settings = settings;
    }

    /** @param limit for connecting and for each answer */
    Connection open(Duration limit) throws SQLException, IOException {
        String millis = Long.toString(Math.max(1, Math.min(Integer.MAX_VALUE, limit.toMillis())));
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("connectTimeout", millis);
        properties.setProperty("socketTimeout", millis);
        String password = password();
        if (password != null) {
            properties.setProperty("password", password);
        }
        Path socket = settings.socket();
        if (socket != null) {
            properties.setProperty("localSocket", socket.toString());
        }
        String host = settings.host().indexOf(':') < 0 ? settings.host() : "[" + settings.host() + "]";
        return DriverManager.getConnection("jdbc:mariadb://" + host + ":" + settings.port() + "/", properties);
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
