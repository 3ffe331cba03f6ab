package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.sqlite.SqliteAdapter;
import io.saddlebag.database.sqlite.SqliteSettings;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.workbench.Workbench;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over databases whose files stand still while changes go to a delta. */
@Tag("J22")
class ContinuousOperationTest {
    @TempDir
    Path folder;

    /** The real engine; the process that pins the file is one of its own, since this one reads the file. */
    @Nested
    class OfSqlite {
        /** Of random bytes, so that the image is long, too: many times what is buffered on the way to its target. */
        private static final int MEBIBYTES = 24;

        private static final int KIB = 1024;

        @Test
        void a_delta_that_passes_its_limit_ends_the_job_loudly_and_lets_the_source_go() throws Exception {
            Path file = folder.resolve("ledger.db");
            execute(file, "PRAGMA journal_mode = WAL");
            execute(file, "create table t (told blob)");
            write(file, MEBIBYTES * KIB);
            try (Workbench bench = new Workbench(Files.createDirectories(folder.resolve("bench")))) {
                bench.database = new SqliteAdapter(
                        SqliteSettings.read(new DatabaseOptions(
                                "orders",
                                Map.of("file", file.toString(), "deltaWarning", "100KiB", "deltaLimit", "900KiB"))),
                        Optional.empty(),
                        new SystemWaiter(),
                        new SqlitePins(new SystemWaiter(), SqlitePin.class));
                Workbench.Node node = bench.node();
                Application application = new Application(bench, file);

                Job job = new OnlineBackup(node.backups)
                        .run(node.onlineOrder(new NoSnapshots(bench.time), new Slowly(node.target(), application)))
                        .orElseThrow();

                assertThat(application.stage).isEqualTo(2);
                assertThat(job.state()).isEqualTo(JobState.FAILED);
                assertThat(job.cause())
                        .contains("SBG-D010")
                        .contains("the changes to database orders during its backup have grown to ")
                        .contains("more than 900 KiB");
                assertThat(transcripts(bench).lines().filter(line -> line.contains("WARNING")))
                        .singleElement()
                        .asString()
                        .contains("at 900 KiB the backup is given up");
                // nobody holds it, or has to end that later, and all that was written is merged
                assertThat(bench.backupState()).isEqualTo("abandoned");
                assertThat(bench.watchdog.list()).extracting(LeaseRecord::state).containsExactly(LeaseState.RELEASED);
                assertThat(bench.log().owed()).extracting(Obligation::kind).doesNotContain(LeaseActions.END_BACKUP);
                assertThat(ask(file, "PRAGMA wal_checkpoint(TRUNCATE)")).isEqualTo("0");
                assertThat(ask(file, "select sum(length(told)) / 1024 from t"))
                        .isEqualTo(Integer.toString(MEBIBYTES * KIB + 200 + 2 * KIB));
                assertThat(ask(file, "PRAGMA integrity_check")).isEqualTo("ok");
                execute(file, "PRAGMA journal_mode = DELETE");
            }
        }

        private String transcripts(Workbench bench) throws IOException {
            return ContinuousOperationTest.transcripts(bench.home.resolve("transcripts"));
        }

        /** Writes past the warning first, and past the limit when that has been said. */
        private final class Application {
            private final Workbench bench;
            private final Path file;
            private int stage;

            Application(Workbench bench, Path file) {
                this.bench = bench;
                this.file = file;
            }

            void writes() throws IOException {
                if (stage == 0) {
                    stage = 1;
                    write(file, 200);
                    bench.time.pass(Duration.ofSeconds(2));
                } else if (stage == 1 && transcripts(bench).contains("WARNING")) {
                    stage = 2;
                    write(file, 2 * KIB);
                    bench.time.pass(Duration.ofSeconds(2));
                }
            }
        }

        /** A library's target whose reader the application is always ahead of. */
        private record Slowly(ImageTarget target, Application application) implements ImageTarget {
            @Override
            public String description() {
                return target.description();
            }

            @Override
            public String place() {
                return target.place();
            }

            @Override
            public Prompt prompt() {
                return target.prompt();
            }

            @Override
            public List<ImageLane> open(ImageToStore image, Attendants attendants)
                    throws IOException, InterruptedException {
                return target.open(image, attendants).stream()
                        .map(lane -> (ImageLane) new SlowLane(lane, application))
                        .toList();
            }
        }

        private record SlowLane(ImageLane lane, Application application) implements ImageLane {
            @Override
            public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
                return lane.store(image, new FilterInputStream(data) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        int n = super.read(into, offset, length);
                        application.writes();
                        return n;
                    }
                });
            }

            @Override
            public void close() throws IOException {
                lane.close();
            }
        }
    }

    /** With a stand-in of butil and of the engine's writes; no real engine was driven. */
    @Nested
    class OfPsql {
        @Test
        void files_are_copied_as_they_were_at_the_start_and_changes_are_merged_at_the_end() throws Exception {
            Path home = books("printf ' and more' >> \"$delta\"", "");

            JsonNode job = backUp(home).ok().json().get(0);

            assertThat(job.path("figures").path("outcome").asText()).isEqualTo("DATABASE_FULL");
            assertThat(files("orders.btr")).hasContent("orders and more");
            assertThat(files("items.btr")).hasContent("items and more");
            assertThat(files("orders.^^^")).doesNotExist();
            assertThat(calls()).isEqualTo("-startbu\n-endbu\n");
            Path elsewhere = folder.resolve("elsewhere");
            run(home, "restore", "books", "--to", elsewhere.toString()).ok();
            assertThat(below(elsewhere, "orders.btr")).hasContent("orders");
            assertThat(below(elsewhere, "items.btr")).hasContent("items");
        }

        @Test
        void a_delta_over_its_warning_is_told_and_the_backup_counts() throws Exception {
            Path home = books("printf '%9000s' ' ' >> \"$delta\"", ", deltaWarning: 10KiB, deltaLimit: 64MiB");

            Said said = backUp(home).ends(3);

            assertThat(said.out())
                    .contains("the deltas of database books have grown to", "at 64 MiB the backup is given up");
            assertThat(files("orders.^^^")).doesNotExist();
            assertThat(run(home, "lsbu", "--json").ok().json()).hasSize(1);
        }

        @Test
        void a_delta_that_passes_its_limit_ends_the_job_loudly_and_is_merged() throws Exception {
            Path home = books("printf '%9000s' ' ' >> \"$delta\"", ", deltaWarning: 10KiB, deltaLimit: 16KiB");

            Said said = backUp(home).ends(1);

            assertThat(said.out()).contains("SBG-D010", "was given up: its deltas have grown to", "more than 16 KiB");
            assertThat(files("orders.^^^")).doesNotExist();
            assertThat(files("items.^^^")).doesNotExist();
            assertThat(Files.size(files("orders.btr"))).isEqualTo("orders".length() + 9000);
            assertThat(calls()).isEqualTo("-startbu\n-endbu\n");
            assertThat(run(home, "lsbu", "--json").ok().json()).isEmpty();
        }

        /** The engine refuses that, and nobody else is to do it behind its back. */
        @Test
        void a_file_that_is_gone_meanwhile_is_no_backup() throws Exception {
            Path home = books("[ \"$file\" = \"" + files("orders.btr") + "\" ] && rm \"$file\"; true", "");

            Said said = backUp(home).ends(1);

            assertThat(said.out()).contains("SBG-D006", files("orders.btr") + ", and there is no such file");
            assertThat(calls()).isEqualTo("-startbu\n-endbu\n");
            assertThat(files("items.^^^")).doesNotExist();
            assertThat(run(home, "lsbu", "--json").ok().json()).isEmpty();
        }

        private Path files(String name) {
            return folder.resolve("files").resolve(name);
        }

        private String calls() throws IOException {
            return Files.readString(folder.resolve("calls"));
        }

        private Path below(Path place, String name) {
            try (Stream<Path> all = Files.walk(place)) {
                return all.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Said backUp(Path home) {
            return run(home, "backup", "books", "--online", "--pool", "disk", "--provider", "none", "--json");
        }

        private Said run(Path home, String... command) {
            return CommandLineInProcess.run(home, command);
        }

        /**
         * @param meanwhile what applications do with a file, of which they know the engine's {@code $delta}, once it stands still
         * @param limits more options
         */
        private Path books(String meanwhile, String limits) throws IOException {
            Files.createDirectories(folder.resolve("files"));
            Files.writeString(files("orders.btr"), "orders");
            Files.writeString(files("items.btr"), "items");
            Path butil = Files.createFile(
                    folder.resolve("butil"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.writeString(butil, """
                    #!/bin/sh
                    # butil -startbu|-endbu @LIST
                    echo "$1" >> '%s'
                    while read -r file; do
                      delta="${file%%.btr}.^^^"
                      case "$1" in
                        -startbu) [ -e "$delta" ] && { echo "$file is in continuous operation"; exit 1; }; : > "$delta"
                                  %s;;
                        -endbu) [ -e "$delta" ] || { echo "$file is not in continuous operation"; exit 1; }
                                cat "$delta" >> "$file"; rm "$delta";;
                      esac
                    done < "${2#@}"
                    """.formatted(folder.resolve("calls"), meanwhile));
            Path home = folder.resolve("home");
            Files.createDirectories(home.resolve("config"));
            Files.writeString(home.resolve("config/saddlebag.yaml"), """
                    pools:
                      disk: { folder: pool }
                    families:
                      nightly: { writeWindow: 7d, retention: 14d }
                    databases:
                      books: { engine: psql, butil: %s, files: [%s, %s]%s }
                    """.formatted(
                            butil, files("orders.btr"), files("items.btr"), limits));
            return home;
        }
    }

    private static String transcripts(Path place) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** Through a connection of its own, since this process also reads the file, which drops locks that are held here. */
    private static void execute(Path file, String statement) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
                Statement running = connection.createStatement()) {
            running.execute(statement);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void write(Path file, int kibibytes) throws IOException {
        execute(
                file,
                "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < " + kibibytes
                        + ") select randomblob(1024) from n");
    }

    private static String ask(Path file, String question) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
                Statement running = connection.createStatement();
                ResultSet answer = running.executeQuery(question)) {
            return answer.getString(1);
        }
    }
}
