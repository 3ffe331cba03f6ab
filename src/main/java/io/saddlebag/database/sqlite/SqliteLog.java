package io.saddlebag.database.sqlite;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.GrowingJournal;
import io.saddlebag.database.process.OpenFiles;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The write-ahead log of one file, held by a process of its own that runs {@link HoldProgram}. */
final class SqliteLog implements GrowingJournal {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    /** After that who is in the way is named, and the wait goes on. */
    private static final Duration ATTEMPT = Duration.ofSeconds(1);

    private final SqliteAdapter adapter;
    private final SqliteSettings settings;
    private final Pins processes;
    private final Waiter waiter;

    /** @param processes that run {@link HoldProgram} */
    SqliteLog(SqliteAdapter adapter, SqliteSettings settings, Pins processes, Waiter waiter) {
        this.adapter = adapter;
        this.settings = settings;
        this.processes = processes;
        this.waiter = waiter;
    }

    @Override
    public Path file() {
        return beside(settings.file());
    }

    @Override
    public Path beside(Path main) {
        return main.resolveSibling(main.getFileName() + "-wal");
    }

    @Override
    public long merge(Path main) throws IOException {
        try {
            return HeldLog.merge(main);
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.NOT_OPEN,
                    "SQLite doesn't take the log beside " + main + ": " + refused.getMessage(),
                    "Restore the file anew, and see that nobody has it open.",
                    refused);
        }
    }

    @Override
    public Path main() {
        return settings.file();
    }

    @Override
    public Hold hold() throws IOException {
        adapter.requireFile();
        Pins.Pin process = processes.start(settings.file(), "journal", START_LIMIT);
        try {
            String answer = String.valueOf(process.answer());
            if (answer.startsWith(HoldProgram.HELD + " ")) {
                return new Held(process, Long.parseLong(answer.substring(HoldProgram.HELD.length() + 1)));
            }
            throw refused(answer);
        } catch (IOException | RuntimeException e) {
            process.end();
            throw e;
        }
    }

    private BackupException refused(String answer) {
        if (answer.contains(HoldProgram.NO_LOG)) {
            return new BackupException(
                    DatabaseFault.NOT_IN_ARCHIVE_MODE,
                    "database " + settings.name() + " has no write-ahead log: "
                            + answer.substring(answer.indexOf(HoldProgram.NO_LOG)),
                    "Turn it on, with the application stopped: sqlite3 " + settings.file()
                            + " 'PRAGMA journal_mode = WAL;', and make a full backup then.");
        }
        return new BackupException(
                DatabaseFault.BACKUP_MODE_FAILED,
                "the write-ahead log of database " + settings.name() + " could not be held: " + answer,
                "See who has " + settings.file() + " locked, and repeat.");
    }

    private final class Held implements Hold {
        private final Pins.Pin process;
        private final long pid;
        private boolean blocked;
        private boolean closed;

        Held(Pins.Pin process, long pid) {
            this.process = process;
            this.pid = pid;
        }

        @Override
        public boolean block(@Nullable Duration limit, Consumer<String> stalled)
                throws IOException, InterruptedException {
            @Nullable Deadline deadline = limit == null ? null : Deadline.after(waiter, limit);
            while (!blocked) {
                Duration attempt = deadline == null || deadline.remaining().compareTo(ATTEMPT) > 0
                        ? ATTEMPT
                        : deadline.remaining();
                blocked = ask(HoldProgram.BLOCK + " " + attempt.toMillis()).equals(HoldProgram.BLOCKED);
                if (!blocked) {
                    stalled.accept(others());
                    if (deadline != null && deadline.passed()) {
                        return false;
                    }
                    // for an interrupt to be heard
                    waiter.await(Duration.ofMillis(1));
                }
            }
            return true;
        }

        private String others() throws IOException {
            List<Long> open = new OpenFiles(Path.of("/proc")).others(settings.file());
            List<String> named = open.stream()
                    .filter(each -> each != pid)
                    .map(each -> "process " + each)
                    .toList();
            return named.isEmpty() ? "a process that isn't seen" : String.join(" or ", named);
        }

        @Override
        public void unblock() throws IOException {
            if (blocked) {
                blocked = false;
                ask(HoldProgram.UNBLOCK);
            }
        }

        @Override
        public Cut cut() throws IOException {
            blocked = false;
            String answer = ask(HoldProgram.CUT);
            for (Cut each : Cut.values()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(answer)) {
                    return each;
                }
            }
            throw lost(answer, null);
        }

        private String ask(String line) throws IOException {
            @Nullable String answer;
            try {
                process.ask(line);
                answer = process.answer();
            } catch (IOException gone) {
                throw lost("it doesn't answer", gone);
            }
            if (answer == null || answer.startsWith(HoldProgram.REFUSED)) {
                throw lost(answer == null ? "it has ended" : answer, null);
            }
            return answer;
        }

        private BackupException lost(String why, @Nullable Throwable cause) {
            return new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "the process " + pid + " that held the write-ahead log of " + settings.file() + " does so no more: "
                            + why,
                    "See who ends processes on this machine; the next pass says whether anything is lost.",
                    cause);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                process.end();
            }
        }
    }
}
