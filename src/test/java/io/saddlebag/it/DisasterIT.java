package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped protection of a PostgreSQL runs as a service, and everything but the pool and the catalog is lost at a random instant under
 * load. What comes back is all that was committed before the end of the last journal that was durable in a backup, and nothing else.
 */
class DisasterIT {
    private static final long SEGMENT = 16L << 20;
    private static final int MOST_MILLIS = 8000;

    @TempDir
    Path folder;

    private OnlineSite site;
    private Path archive;

    /** Of each row where the log was before it was written, and after it was committed. */
    private record Bounds(long before, long after) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("R12")
    @Tag("J20")
    @Tag("R7")
    void what_was_durable_in_a_backup_comes_back(long seed) throws Exception {
        archive = Files.createDirectories(folder.resolve("archive"));
        site = OnlineSite.on(
                folder, "none", "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n");
        ConcurrentSkipListMap<Integer, Bounds> committed = new ConcurrentSkipListMap<>();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        Process service = null;
        try {
            archiveEachSecond();
            Path asked = routes();
            service = site.program(folder.resolve("run.log"), "run");
            Thread load = new Thread(() -> write(committed, goesOn), "load");
            load.start();
            Files.writeString(asked.resolve("backup"), "now");
            Until.holds(
                    "a backup",
                    Site.PATIENT.multipliedBy(2),
                    () -> site.run("lsbu", "orders", "--json").json().size() == 1);
            long written = committed.lastEntry().getValue().after();
            Until.holds(
                    "journals behind the backup", Site.PATIENT.multipliedBy(2), () -> lastSaved() > written + SEGMENT);
            long end = System.nanoTime() + new Random(seed).nextInt(MOST_MILLIS) * 1_000_000L;
            Until.holds("the disaster", Site.PATIENT, () -> System.nanoTime() > end);
            destroy(service);
            goesOn.set(false);
            load.join();

            site.done("recover", "orders", "--backed-up-only");

            requireAllUpTo(lastSaved(), committed, "seed " + seed);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + Files.readString(folder.resolve("run.log")), e);
        } finally {
            goesOn.set(false);
            if (service != null) {
                service.destroyForcibly().waitFor();
            }
            site.close();
        }
    }

    private void archiveEachSecond() throws Exception {
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        PostgresServer server = site.server();
        server.execute("alter system set archive_timeout = 1");
        server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
        server.ask("select pg_reload_conf()");
        server.execute("create table ledger (n int primary key, told text)");
    }

    /** The shipped file, but that a dropped file is what starts the backup and the rehearsal, and that looks are a second apart. */
    private Path routes() throws IOException {
        Path routes = Files.createDirectories(site.home().resolve("routes"));
        Files.createDirectories(routes.resolve("templates"));
        for (String shipped : List.of(
                "errors.yaml",
                "templates/online-backup-to-pool.yaml",
                "templates/continuous-journals.yaml",
                "templates/rehearsal.yaml")) {
            Files.copy(Path.of("routes", shipped), routes.resolve(shipped));
        }
        Path asked = Files.createDirectories(site.home().resolve("asked"));
        String instance = Files.readString(Path.of("routes/protect-orders.yaml"))
                .replace(
                        "quartz:nightly/backup-orders?cron=0+0+2+*+*+?&stateful=true",
                        "file:" + asked + "?include=backup&delete=true&readLock=changed&readLockMinAge=2s")
                .replace(
                        "quartz:weekly/rehearse-orders?cron=0+0+3+?+*+SUN&stateful=true",
                        "file:" + asked + "?include=rehearse&delete=true&readLock=changed&readLockMinAge=2s")
                .replace("{ name: interval, value: \"60\" }", "{ name: interval, value: \"1\" }")
                .replace(
                        "{ name: family, value: nightly }",
                        "{ name: family, value: nightly }\n" + "      - { name: provider, value: none }");
        assertThat(instance).doesNotContain("quartz", "\"60\"");
        Files.writeString(routes.resolve("protect-orders.yaml"), instance);
        return asked;
    }

    /** One client, one transaction a row, without a pause, until the server is gone. */
    private void write(ConcurrentSkipListMap<Integer, Bounds> committed, AtomicBoolean goesOn) {
        try (Connection connection = site.server().connect();
                Statement statement = connection.createStatement()) {
            for (int n = 1; goesOn.get(); n++) {
                long before = position(statement);
                statement.execute("insert into ledger values (" + n + ", repeat(md5('" + n + "'), 20))");
                committed.put(n, new Bounds(before, position(statement)));
            }
        } catch (SQLException gone) {
            // that is the disaster
        }
    }

    private static long position(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()::text")) {
            row.next();
            return LogPosition.parse(row.getString(1)).value();
        }
    }

    private void destroy(Process service) throws Exception {
        Path data = site.server().settings().dataDirectory();
        site.server().kill();
        service.destroyForcibly().waitFor();
        Until.holds("no process works there", Site.PATIENT, () -> RehearsalPostgresIT.postmastersBelow(data) == 0);
        for (Path lost : List.of(data, archive)) {
            try (Stream<Path> all = Files.walk(lost)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectories(archive);
        PostgresServer.ownedByServer(archive);
    }

    /** Where the journals end that were durable in a backup at the disaster. */
    private long lastSaved() {
        long last = -1;
        for (JsonNode piece : site.run("journal", "list", "wal", "--json").ok().json()) {
            if (piece.path("incarnation").asLong() == 1) {
                assertThat(piece.path("state").asText()).isIn("ready", "partial");
                last = Math.max(last, piece.path("sequence").asLong());
            }
        }
        return (last + 1) * SEGMENT;
    }

    private void requireAllUpTo(long saved, ConcurrentSkipListMap<Integer, Bounds> committed, String which)
            throws SQLException {
        int rows = Integer.parseInt(site.server().ask("select count(*)::text from ledger"));
        int highest = Integer.parseInt(site.server().ask("select coalesce(max(n), 0)::text from ledger"));
        assertThat(highest).as("no row is missing, %s", which).isEqualTo(rows);
        int least = 0;
        int most = 0;
        for (var each : committed.entrySet()) {
            least = each.getValue().after() <= saved ? each.getKey() : least;
            most = each.getValue().before() < saved ? each.getKey() : most;
        }
        assertThat(rows).as("rows, %s", which).isBetween(least, most + 1);
        assertThat(least).as("something was durable, %s", which).isPositive();
        assertThat(site.server().ask("select count(*)::text from ledger where told <> repeat(md5(n::text), 20)"))
                .isEqualTo("0");
    }
}
