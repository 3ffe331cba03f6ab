package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real PostgreSQL with its data directory and a tablespace on Btrfs, and a second tablespace on XFS: a volume each, and one
 * snapshot set. All that is written goes to the tablespaces.
 */
class PostgresTablespacesIT {
    private static final int CLIENTS = 3;
    private static final int CHURN = 2000;
    private static final ByteCount SECOND = ByteCount.mebibytes(512);

    @TempDir
    Path folder;

    @Test
    @Tag("W5")
    @Tag("W6")
    @Tag("W13")
    @Tag("R1")
    @Tag("R2")
    @Tag("W24")
    void an_online_backup_of_tablespaces_comes_back_in_place_and_in_new_places() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control")),
                "needs root and loop devices for file systems of its own");
        // the server lets go of it before it is unmounted
        try (LoopFileSystem second = LoopFileSystem.create(
                        new LinuxPosix(), folder.resolve("second.img"), LoopFileSystem.Kind.XFS, SECOND);
                OnlineSite site = OnlineSite.on(folder, "btrfs")) {
            PostgresServer server = site.server();
            Path one = tablespace(server, "one", folderOf(server).resolve("spaces/one"));
            Path two = tablespace(server, "two", second.path().resolve("two"));
            Ledger.prepare(server, CHURN);
            fill(server);
            try (Ledger ledger = Ledger.start(server, CLIENTS, 1)) {
                ledger.awaitRows(20);
                JsonNode job = OnlineSite.only(site.done(backupCommand()).json());
                ledger.awaitRows(20);
                ledger.stop();
                site.requireNotInBackupMode();
                Instant before = OnlineSite.time(job, "end backup", "started");
                Instant after = OnlineSite.time(job, "end backup", "ended");

                refusals(site, one, two);
                assertThat(proven(site)).isEqualTo("checked");

                site.done("restore", "orders", "--database", "orders");
                requireWhole(server, ledger, before, after, "in place");
                assertThat(places(server)).isEqualTo(one + " " + two);

                Path third = Files.createDirectories(folderOf(server).resolve("third"));
                Path fourth = second.path().resolve("fourth");
                site.done(
                        "restore",
                        "orders",
                        "--database",
                        "orders",
                        "--switch",
                        "--map",
                        one + "=" + third.resolve("one"),
                        "--map",
                        two + "=" + fourth);
                requireWhole(server, ledger, before, after, "in new places");
                assertThat(places(server)).isEqualTo(third.resolve("one") + " " + fourth);
                // what was in use until then is left, and is nobody's
                remove(one);
                remove(two);

                site.done("restore", "orders", "--database", "orders");
                requireWhole(server, ledger, before, after, "where they are by now");
                assertThat(places(server)).isEqualTo(third.resolve("one") + " " + fourth);
                assertThat(one).doesNotExist();
                assertThat(two).doesNotExist();
            }
            site.done(backupCommand());
            assertThat(proven(site)).isEqualTo("checked");
        }
    }

    private static String[] backupCommand() {
        return new String[] {
            "backup", "orders", "--online", "--pool", "disk", "--family", "nightly", "--provider", "set", "--json"
        };
    }

    private static Path folderOf(PostgresServer server) {
        return server.settings().dataDirectory().getParent();
    }

    private static Path tablespace(PostgresServer server, String name, Path place) throws IOException, SQLException {
        Files.createDirectories(place);
        PostgresServer.ownedByServer(place);
        PostgresServer.makeReachable(place);
        server.execute("create tablespace " + name + " location '" + place + "'");
        return place;
    }

    private static void fill(PostgresServer server) throws SQLException {
        server.execute("create extension amcheck");
        for (String moved : List.of(
                "table ledger set tablespace one",
                "index ledger_pkey set tablespace two",
                "table churn set tablespace two",
                "index churn_pkey set tablespace one")) {
            server.execute("alter " + moved);
        }
    }

    private static String places(PostgresServer server) throws SQLException {
        return server.ask("select string_agg(pg_tablespace_location(oid), ' ' order by spcname) from pg_tablespace"
                + " where spcname in ('one', 'two')");
    }

    /** What pg_amcheck runs. */
    private static void requireWhole(PostgresServer server, Ledger ledger, Instant before, Instant after, String of)
            throws SQLException {
        ledger.requirePrefix(server, before, after, of);
        assertThat(server.ask("select count(bt_index_check(c.oid, true)) || ' indexes' from pg_index i join pg_class c"
                        + " on c.oid = i.indexrelid join pg_am a on a.oid = c.relam"
                        + " where a.amname = 'btree' and c.relpersistence = 'p'"))
                .isNotEqualTo("0 indexes");
        assertThat(server.ask("select count(*) from pg_class c, lateral verify_heapam(c.oid) damage"
                        + " where c.relkind = 'r' and c.relpersistence = 'p'"))
                .as(of)
                .isEqualTo("0");
        assertThat(server.ask(
                        "select count(*) from pg_class where relname in ('ledger', 'churn') and reltablespace = 0"))
                .isEqualTo("0");
    }

    private static void refusals(OnlineSite site, Path one, Path two) throws Exception {
        PostgresServer server = site.server();
        long process = server.postmaster();
        Path data = server.settings().dataDirectory();
        Path taken = Files.createDirectories(data.resolveSibling("taken"));
        Files.writeString(taken.resolve("mine"), "mine");
        refused(site, one + "=" + taken, "SBG-V005");
        refused(site, one + "=" + data.resolve("within"), "SBG-V025");
        refused(site, one + "=" + two.resolve("within"), "SBG-V025");
        refused(site, one + "=" + two.getParent(), "SBG-V025");
        refused(site, one + "/PG_18=" + data.resolveSibling("free"), "SBG-V025");
        refused(site, data + "=" + data.resolveSibling("free"), "SBG-D015");
        Path closed = Files.createDirectories(data.resolveSibling("closed"));
        Files.setPosixFilePermissions(closed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        refused(site, one + "=" + closed.resolve("one"), "SBG-D015");
        assertThat(server.postmaster()).isEqualTo(process);
        assertThat(taken.resolve("mine")).hasContent("mine");
    }

    private static void refused(OnlineSite site, String map, String code) {
        Said said = site.run("restore", "orders", "--database", "orders", "--switch", "--map", map);
        assertThat(said.code()).as(said.toString()).isNotZero();
        assertThat(said.toString()).contains(code);
    }

    /** The copy has its own tablespaces, and the original goes on with its own. */
    private static String proven(OnlineSite site) throws SQLException {
        String before = places(site.server());
        String proof = OnlineSite.only(site.done("rehearse", "orders", "--json").json())
                .path("figures")
                .path("proof")
                .asText();
        assertThat(places(site.server())).isEqualTo(before);
        return proof;
    }

    private static void remove(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
