package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.FreePort;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A real PostgreSQL with segments of 1 MiB, which it archives into a folder, or which are received from it. It keeps its own: they are the
 * history.
 */
final class JournalingPostgres implements JournalingEngine {
    private static final int MOST_ROWS = 1500;
    private static final String ROWS =
            "select count(*) || ' rows, ' || coalesce(sum(hashtextextended(ledger::text, 0)), 0) from ledger";

    /** Where its journals are taken from. */
    enum Manner {
        ARCHIVE,
        STREAM
    }

    private final Manner manner;
    private final PostgresServer server;
    private final Path taken;
    private final Path beginning;
    private final Map<String, String> seen = new HashMap<>();

    private JournalingPostgres(Manner manner, PostgresServer server, Path taken, Path beginning) {
        this.manner = manner;
        this.server = server;
        this.taken = taken;
        this.beginning = beginning;
    }

    static JournalingPostgres in(Path folder, Manner manner) throws Exception {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        PostgresServer.ownedByServer(taken);
        PostgresServer.makeReachable(taken.resolve("any"));
        Path data = folder.resolve("database/data");
        PostgresServer server = PostgresServer.initdb(
                PostgresServer.unpackedHome().resolve("bin"), "orders", data, ByteCount.mebibytes(1));
        Files.writeString(
                data.resolve("postgresql.conf"),
                "wal_keep_size = '512MB'\nmax_wal_size = '64MB'\narchive_mode = on\narchive_command = '"
                        + (manner == Manner.STREAM ? "true" : archiveInto(taken)) + "'\n",
                StandardOpenOption.APPEND);
        server.started();
        server.execute("create table ledger (n bigserial primary key, v text)");
        server.execute("checkpoint");
        server.adapter().stop(Site.PATIENT, line -> {});
        Path beginning = folder.resolve("beginning");
        copy(data, beginning);
        server.started();
        return new JournalingPostgres(manner, server, taken, beginning);
    }

    /** One that is there, as after a crash, is archived if it is the same. */
    private static String archiveInto(Path taken) {
        return "if test -f " + taken + "/%f; then cmp -s \"%p\" " + taken + "/%f; else cp \"%p\" " + taken
                + "/.%f.part && mv " + taken + "/.%f.part " + taken + "/%f; fi";
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copying.waitFor()).isZero();
    }

    @Override
    public String journals() {
        return "wal";
    }

    @Override
    public boolean streams() {
        return manner == Manner.STREAM;
    }

    @Override
    public String configuration() {
        PostgresqlSettings settings = server.settings();
        var runAs = settings.runAs();
        return """
                databases:
                  orders:
                    engine: postgresql
                    bin: %s
                    data: %s
                    port: %d
                %sjournals:
                  wal: { source: postgresql, folder: %s, settled: 0s, segmentSize: 1MiB%s }
                """.formatted(
                        settings.binDirectory(),
                        settings.dataDirectory(),
                        settings.port(),
                        runAs == null ? "" : "    runAs: \"" + runAs.user() + ":" + runAs.group() + "\"\n",
                        taken,
                        streams() ? ", stream: { database: orders, slot: keeper }" : "");
    }

    @Override
    public void work(Random random) throws Exception {
        try {
            server.execute("insert into ledger (v) select repeat(md5(g::text), 20) from generate_series(1, "
                    + (1 + random.nextInt(MOST_ROWS)) + ") g");
            if (random.nextInt(3) == 0) {
                server.execute("delete from ledger where n % 7 = " + random.nextInt(7));
            }
            if (random.nextInt(3) == 0) {
                server.ask("select pg_switch_wal()");
            }
        } catch (SQLException down) {
            // it was ended in the middle, which is what this is for
        }
    }

    /** Without a checkpoint: it recovers when it starts. */
    @Override
    public void crash(Random random) throws Exception {
        server.close();
        server.started();
    }

    @Override
    public void settle() throws Exception {
        Until.holds("the server is open", Site.PATIENT, () -> {
            try {
                return server.ask("select pg_is_in_recovery()").equals("f");
            } catch (SQLException notYet) {
                return false;
            }
        });
        // a switch of an empty segment does nothing
        server.execute("insert into ledger (v) values ('the end')");
        server.ask("select pg_switch_wal()");
        if (streams()) {
            server.execute("insert into ledger (v) values ('begun')");
        }
    }

    @Override
    public boolean released() throws Exception {
        if (streams()) {
            String at = server.ask("select pg_current_wal_flush_lsn()::text");
            boolean received = server.ask("select count(*) from pg_replication_slots where restart_lsn >= '" + at + "'")
                    .equals("1");
            return received && left().stream().allMatch(name -> name.endsWith(".partial"));
        }
        return server.ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0")
                && left().isEmpty();
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(taken)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> !each.startsWith("."))
                    .toList();
        }
    }

    /** The server's own segments, up to the one that is under way. */
    @Override
    public Map<String, String> history(Iterable<ChainEntry> chain) throws Exception {
        long first = Long.MAX_VALUE;
        for (ChainEntry each : chain) {
            first = Math.min(first, each.sequence());
        }
        String current = server.ask("select pg_walfile_name(pg_current_wal_lsn())");
        Path log = server.settings().dataDirectory().resolve("pg_wal");
        try (Stream<Path> all = Files.list(log)) {
            for (Path each : all.toList()) {
                String name = each.getFileName().toString();
                // what is behind the current one was made ahead
                if (name.matches("[0-9A-F]{24}") && name.compareTo(current) < 0 && !seen.containsKey(name)) {
                    seen.put(name, Sha256.of(each));
                }
            }
        }
        Map<String, String> history = new TreeMap<>();
        for (Map.Entry<String, String> each : seen.entrySet()) {
            long sequence = Long.parseLong(each.getKey().substring(8, 16), 16) * 4096
                    + Long.parseLong(each.getKey().substring(16), 16);
            if (sequence >= first) {
                history.put("1/" + sequence + "/0", each.getValue());
            }
        }
        return history;
    }

    @Override
    public void requireRecovered(Path home, Path scratch, Iterable<ChainEntry> chain) throws Exception {
        Path fetched = Files.createDirectory(scratch.resolve("fetched"));
        for (ChainEntry each : chain) {
            CommandLineInProcess.run(
                            home,
                            "wal",
                            "fetch",
                            "wal",
                            each.name(),
                            fetched.resolve(each.name()).toString())
                    .ok();
        }
        String expected = server.ask(ROWS);
        Path data = scratch.resolve("data");
        copy(beginning, data);
        int port = FreePort.next();
        Files.writeString(
                data.resolve("postgresql.conf"),
                "port = " + port + "\narchive_mode = off\nrestore_command = 'cp " + fetched + "/%f \"%p\"'\n",
                StandardOpenOption.APPEND);
        Files.writeString(data.resolve("recovery.signal"), "");
        PostgresServer.ownedByServer(scratch);
        PostgresServer.makeReachable(data);
        PostgresqlSettings of = server.settings();
        try (PostgresServer copy = PostgresServer.on(new PostgresqlSettings(
                "copy",
                of.binDirectory(),
                data,
                of.host(),
                port,
                of.user(),
                null,
                of.runAs(),
                data.resolve(PostgresqlSettings.DEFAULT_LOG),
                List.of(),
                of.maintenanceDatabase(),
                List.of()))) {
            copy.started();
            Until.holds(
                    "the end of recovery",
                    Site.PATIENT,
                    () -> copy.ask("select pg_is_in_recovery()").equals("f"));
            // the row behind the last whole segment was received, but is in none that is backed up
            if (streams()) {
                server.execute("delete from ledger where v = 'begun'");
                copy.execute("delete from ledger where v = 'begun'");
                expected = server.ask(ROWS);
            }
            assertThat(copy.ask(ROWS)).isEqualTo(expected);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
