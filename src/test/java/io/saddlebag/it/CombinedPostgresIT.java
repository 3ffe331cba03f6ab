package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.ImageSource;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.testing.PostgresServer;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental backups that a real PostgreSQL sent, put together again: each has the rows that there were when it was made. */
class CombinedPostgresIT {
    @TempDir
    Path folder;

    private PostgresServer server;
    private Workbench bench;
    private Workbench.Node node;
    private Path data;
    private Path space;
    private int taken;

    @Test
    @Tag("R7")
    @Tag("R12")
    @Tag("W12")
    void each_backup_of_a_chain_has_its_rows_beside_the_server_and_in_its_place() throws Exception {
        server = PostgresServer.initdb(folder.resolve("database/data"));
        data = server.settings().dataDirectory();
        Files.writeString(
                data.resolve("postgresql.conf"),
                "summarize_wal = on\nwal_level = replica\n",
                StandardOpenOption.APPEND);
        server.started();
        space = Files.createDirectories(folder.resolve("database/one"));
        PostgresServer.ownedByServer(space);
        try (Workbench opened = new Workbench(Files.createDirectories(folder.resolve("bench")))) {
            bench = opened;
            bench.database = server.adapter();
            node = bench.node();
            chainComesBack();
        } finally {
            server.close();
        }
    }

    private void chainComesBack() throws Exception {
        List<Backup> backups = new ArrayList<>();
        List<Map<String, String>> rows = new ArrayList<>();
        @Nullable SentBackup parent = null;
        for (List<String> statements : List.of(BEFORE_FULL, BEFORE_FIRST, BEFORE_SECOND)) {
            for (String each : statements) {
                server.execute(each.replace("SPACE", space.toString()));
            }
            rows.add(rows());
            parent = SentBackup.take(
                    server.settings().port(),
                    data,
                    parent == null ? null : parent.manifest(),
                    folder.resolve("sent" + taken));
            backups.add(store(parent, backups.isEmpty() ? null : backups.get(backups.size() - 1)));
        }
        assertThat(backups.get(2).dataBytes()).isLessThan(backups.get(0).dataBytes());
        server.close();
        for (int i = 0; i < backups.size(); i++) {
            Path look = folder.resolve("look" + i);
            restore(new RestoreRequest(
                    List.of(new BackupSelector.ById(backups.get(i).id())),
                    List.of(),
                    look,
                    Existing.REPLACE,
                    null,
                    null));
            requireBeside(look, rows.get(i));
        }
        server.started();
        for (int i : List.of(2, 1, 2)) {
            restore(new RestoreRequest(
                    List.of(new BackupSelector.ById(backups.get(i).id())),
                    List.of(),
                    null,
                    Existing.REPLACE,
                    "orders",
                    null));
            assertThat(rows()).as("backup %d in place", i).isEqualTo(rows.get(i));
            requireSound(server);
        }
    }

    private void requireBeside(Path look, Map<String, String> wanted) throws Exception {
        Path restored = look.resolve(data.toString().substring(1));
        Path spaceThere = look.resolve(space.toString().substring(1));
        PostgresServer.makeReachable(restored);
        PostgresServer.makeReachable(spaceThere);
        Path map = restored.resolve("tablespace_map");
        Files.writeString(map, Files.readString(map).replace(space.toString(), spaceThere.toString()));
        PostgresqlSettings own = server.settings();
        try (PostgresServer there = PostgresServer.on(new PostgresqlSettings(
                own.name(),
                own.binDirectory(),
                restored,
                own.host(),
                own.port(),
                own.user(),
                null,
                own.runAs(),
                restored.resolve(PostgresqlSettings.DEFAULT_LOG),
                List.of(),
                own.maintenanceDatabase(),
                List.of()))) {
            there.started();
            assertThat(rows()).as(look.toString()).isEqualTo(wanted);
            requireSound(there);
        }
    }

    /** Tables and indexes are as they should be, and every page is as its checksum says. */
    private static void requireSound(PostgresServer server) throws Exception {
        assertThat(server.ask("select count(*) from pg_class c, lateral verify_heapam(c.oid) damage"
                        + " where c.relkind = 'r' and c.relpersistence = 'p'"))
                .isEqualTo("0");
        server.ask(
                "select count(bt_index_check(c.oid, true)) from pg_class c join pg_am a on a.oid = c.relam"
                        + " join pg_index i on i.indexrelid = c.oid where a.amname = 'btree' and c.relkind = 'i' and i.indisready");
        assertThat(server.ask("select coalesce(sum(checksum_failures), 0) from pg_stat_database"))
                .isEqualTo("0");
    }

    /** Of each table how many there are, and what they say. */
    private Map<String, String> rows() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = server.connect();
                Statement tables = connection.createStatement();
                Statement all = connection.createStatement();
                ResultSet each = tables.executeQuery("select relname from pg_class where relkind = 'r'"
                        + " and relnamespace = 'public'::regnamespace")) {
            while (each.next()) {
                String table = each.getString(1);
                try (ResultSet found = all.executeQuery("select count(*) || ' '"
                        + " || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " + table + " t")) {
                    found.next();
                    rows.put(table, found.getString(1));
                }
            }
        }
        return rows;
    }

    private void restore(RestoreRequest request) throws Exception {
        List<Job> jobs = node.restores.restore(request);
        for (Job job : jobs) {
            assertThat(job.state())
                    .as(() -> {
                        try {
                            return bench.transcripts.lines(job.name()).toList().toString();
                        } catch (java.io.IOException e) {
                            return e.toString();
                        }
                    })
                    .isEqualTo(JobState.COMPLETED);
        }
    }

    private Backup store(SentBackup sent, @Nullable Backup parent) throws Exception {
        Map<String, String> facts = new TreeMap<>(Map.of(
                "roots",
                data + "\n" + space,
                "method",
                "stream",
                "outcome",
                "DATABASE_FULL",
                "level",
                parent == null ? "0" : "10"));
        if (parent != null) {
            facts.put("parent", parent.about().imageId());
        }
        BackupRun run = node.backups
                .begin("stream orders", null, Overlap.WAIT, Map.of())
                .orElseThrow();
        Backup backup = run.store(
                run.supplied(new SuppliedImage(
                        "image-" + ++taken,
                        "orders",
                        "orders",
                        Instant.now(),
                        facts,
                        Compression.NONE,
                        Encryption.NONE,
                        () -> ImageSource.of(sent.members()))),
                node.poolTarget());
        assertThat(run.end(null).cause()).isNull();
        return backup;
    }

    private static final String SOME = "select n, repeat(md5(n::text), 8) told from generate_series(%d, %d) n";

    private static String table(String name, int to) {
        return "create table " + name + " as " + String.format(SOME, 1, to);
    }

    private static String more(String name, int from, int to) {
        return "insert into " + name + " " + String.format(SOME, from, to);
    }

    private static final List<String> BEFORE_FULL = List.of(
            "create extension amcheck",
            "create tablespace one location 'SPACE'",
            table("quiet", 20_000),
            table("changed", 20_000),
            "create index changed_n on changed (n)",
            table("emptied", 3000),
            table("dropped", 3000),
            table("rewritten", 5000),
            table("wave", 500),
            table("cut", 10_000),
            table("elsewhere", 5000),
            "alter table elsewhere set tablespace one",
            "vacuum freeze");

    private static final List<String> BEFORE_FIRST = List.of(
            "update changed set told = 'first' where n % 1000 = 0",
            more("changed", 20_001, 20_100),
            "truncate emptied",
            "drop table dropped",
            "delete from rewritten where n % 2 = 0",
            "vacuum full rewritten",
            table("fresh", 1000),
            more("wave", 501, 20_000),
            "delete from cut where n > 100",
            "vacuum cut",
            "update elsewhere set told = 'first' where n = 7",
            table("elsewhere_too", 10),
            "alter table elsewhere_too set tablespace one",
            "create database another");

    private static final List<String> BEFORE_SECOND = List.of(
            "update changed set told = 'second' where n % 700 = 0",
            more("emptied", 1, 10),
            "delete from wave where n > 600",
            "vacuum wave",
            more("wave", 30_001, 30_300),
            more("cut", 50_001, 52_000),
            "alter table fresh add column more int default 7",
            "update fresh set more = n",
            "drop table elsewhere_too",
            "drop database another",
            table("last", 100),
            "delete from elsewhere where n < 100");
}
