package io.saddlebag.database.sqlite;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A restored database file. It is opened by SQLite itself; the application is never started on it. */
final class SqliteCopy implements DatabaseCopy {
    private final SqliteSettings settings;
    private final Waiter waiter;

    SqliteCopy(SqliteSettings original, CopyPlace place, Waiter waiter) {
        this.settings = new SqliteSettings(original.name(), place.of(original.file()), SqliteSettings.Check.FULL);
        this.waiter = waiter;
    }

    /** Opens it for writing, as the application would, which merges what a journal beside it holds. */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException {
        if (!Files.isRegularFile(settings.file(), LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(
                    CopyFault.NOT_A_COPY,
                    "there is no file " + settings.file(),
                    "Choose a backup of the whole database; 'saddlebag lsbu' lists them.");
        }
        try (Connection connection = adapter().open(false);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from sqlite_master")) {
            log.accept("the copy can be read: " + count.getInt(1) + " tables and indexes");
        } catch (SQLException unreadable) {
            throw damaged(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    @Override
    public List<String> check(Duration timeout) throws IOException {
        try {
            return List.of(adapter().verifyOpen(timeout));
        } catch (BackupException damage) {
            throw damaged(damage.what(), damage);
        }
    }

    /** Nothing runs between two calls. */
    @Override
    public void stop(Duration timeout, Consumer<String> log) {}

    private SqliteAdapter adapter() {
        return new SqliteAdapter(settings, Optional.empty(), waiter);
    }

    private BackupException damaged(String why, Exception cause) {
        return new BackupException(
                CopyFault.DAMAGED,
                "the copy of database " + settings.name() + " is not whole: " + why,
                "Rehearse an older backup, and make a new one soon; check the original with PRAGMA integrity_check.",
                cause);
    }
}
