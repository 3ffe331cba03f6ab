package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single blocks of a real PostgreSQL with checksums are damaged, and replaced through an auxiliary instance. */
class AuxiliaryBlocksIT {
    private static final int BLOCK_BYTES = 8192;
    private static final String ORACLE =
            "select count(*) || ' ' || sum(hashtextextended(s::text, 0)::numeric) from sold s";

    @TempDir
    Path folder;

    private static ArchivingSite site(Path folder) throws Exception {
        ArchivingSite site = new ArchivingSite(folder);
        site.server().adapter().stop(Duration.ofMinutes(1), line -> {});
        checksums(site, "--enable");
        site.server().started();
        site.in(
                "postgres",
                "alter system set autovacuum = off",
                "select pg_reload_conf()",
                "create table sold (n int primary key, told text)",
                "insert into sold select n, repeat(md5(n::text), 10) from generate_series(1, 500) n",
                "vacuum freeze sold");
        return site;
    }

    private static Path data(ArchivingSite site) {
        return site.server().settings().dataDirectory();
    }

    private static int checksums(ArchivingSite site, String what) throws Exception {
        List<String> arguments = new ArrayList<>(PostgresServer.asServer());
        arguments.addAll(List.of(
                site.server().settings().binDirectory().resolve("pg_checksums").toString(),
                what,
                "-D",
                data(site).toString()));
        return new LocalProcesses()
                .run(
                        Command.of(arguments.toArray(String[]::new))
                                .in(Path.of("/"))
                                .within(Duration.ofMinutes(2)),
                        line -> {})
                .exitCode();
    }

    private static void stop(ArchivingSite site) throws Exception {
        site.server().adapter().stop(Duration.ofMinutes(1), line -> {});
    }

    private static void scribble(Path file, int block) throws IOException {
        try (var table = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            table.position((long) BLOCK_BYTES * block + 4000);
            table.write(ByteBuffer.wrap("scribbled over".getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Of all that the log doesn't tell of: relations, not what each start and stop changes. */
    private static Map<String, String> files(Path data) throws Exception {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> below = Files.walk(data)) {
            for (Path each : below.filter(Files::isRegularFile).toList()) {
                String name = data.relativize(each).toString();
                if ((name.startsWith("base/") || name.startsWith("global/"))
                        && !name.endsWith("pg_control")
                        && !name.endsWith("pg_internal.init")) {
                    all.put(
                            name,
                            HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(each))));
                }
            }
        }
        return all;
    }

    @Test
    @Tag("R8")
    @Tag("R12")
    void a_damaged_block_is_replaced_and_no_other_byte_of_any_relation_changes() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            // after the backup, and the last of it in no journal that is backed up
            site.in("postgres", "update sold set told = 'changed ' || told where n % 3 = 0", "vacuum freeze sold");
            site.saved();
            // of the catalogs, too: nobody who reads them later leaves a hint there
            site.in("postgres", "insert into sold values (501, 'late')", "vacuum freeze");
            String wanted = site.ask("postgres", ORACLE);
            String relation = site.ask("postgres", "select pg_relation_filepath('sold')");
            Path file = data(site).resolve(relation);
            stop(site);
            byte[] whole = Files.readAllBytes(file);
            Map<String, String> before = files(data(site));
            scribble(file, 3);
            byte[] damaged = Files.readAllBytes(file);
            site.server().started();
            assertThatThrownBy(() -> site.ask("postgres", ORACLE))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("invalid page in block 3 of relation " + relation);

            JsonNode job = OnlineSite.only(site.site()
                    .done("recover", "orders", "--block", relation + ":3", "--json")
                    .json());

            assertThat(job.path("figures").path("blocks-replaced").asText()).isEqualTo("1");
            assertThat(site.ask("postgres", ORACLE)).isEqualTo(wanted);
            assertThat(RehearsalPostgresIT.names(site.site().home().resolve("var/auxiliary")))
                    .isEmpty();
            assertThat(RehearsalPostgresIT.postmastersBelow(folder)).isEqualTo(1);
            assertThat(site.server().ask("select timeline_id from pg_control_checkpoint()"))
                    .isEqualTo("1");
            stop(site);
            assertAlikeButForUnusedSpace(whole, Files.readAllBytes(file), 3);
            Map<String, String> after = files(data(site));
            before.remove(relation);
            after.remove(relation);
            assertThat(after).isEqualTo(before);
            assertThat(checksums(site, "--check")).isZero();
            Path aside = aside(site);
            assertThat(RehearsalPostgresIT.names(aside)).containsExactly(relation.replace('/', '-') + "-block-3");
            assertThat(Files.readAllBytes(aside.resolve(relation.replace('/', '-') + "-block-3")))
                    .isEqualTo(Arrays.copyOfRange(damaged, 3 * BLOCK_BYTES, 4 * BLOCK_BYTES));
        }
    }

    /** What is between {@code pd_lower} and {@code pd_upper}, and the hint {@code pd_prune_xid}, are in no journal; the checksum is over both. */
    private static void assertAlikeButForUnusedSpace(byte[] wanted, byte[] found, int block) {
        ByteBuffer header =
                ByteBuffer.wrap(wanted, block * BLOCK_BYTES, BLOCK_BYTES).order(ByteOrder.nativeOrder());
        int begin = block * BLOCK_BYTES;
        assertThat(header.getShort(begin + 12))
                .isEqualTo(ByteBuffer.wrap(found).order(ByteOrder.nativeOrder()).getShort(begin + 12));
        assertThat(differences(blanked(found, begin, header), blanked(wanted, begin, header)))
                .isEmpty();
    }

    /** Block and place in it of each byte that isn't alike, and both. */
    private static List<String> differences(byte[] found, byte[] wanted) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (found[i] != wanted[i]) {
                all.add(i / BLOCK_BYTES + "/" + i % BLOCK_BYTES + ": " + found[i] + " for " + wanted[i]);
            }
        }
        return all;
    }

    private static byte[] blanked(byte[] file, int begin, ByteBuffer header) {
        byte[] blanked = file.clone();
        Arrays.fill(blanked, begin + 8, begin + 10, (byte) 0);
        Arrays.fill(blanked, begin + 20, begin + 24, (byte) 0);
        Arrays.fill(blanked, begin + header.getShort(begin + 12), begin + header.getShort(begin + 14), (byte) 0);
        return blanked;
    }

    @Test
    @Tag("R8")
    void several_blocks_of_a_table_and_its_index_and_one_that_was_whole() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.in("postgres", "create extension amcheck");
            site.site().done(site.site().backupCommand());
            String wanted = site.ask("postgres", ORACLE);
            String table = site.ask("postgres", "select pg_relation_filepath('sold')");
            String index = site.ask("postgres", "select pg_relation_filepath('sold_pkey')");
            stop(site);
            scribble(data(site).resolve(table), 0);
            scribble(data(site).resolve(table), 5);
            scribble(data(site).resolve(index), 1);
            site.server().started();

            Said said = site.site()
                    .done(
                            "recover",
                            "orders",
                            "--block",
                            table + ":0,5,6",
                            "--block",
                            data(site).resolve(index) + ":1");

            assertThat(said.out()).contains("blocks-replaced: 3", "blocks-alike: 1");
            assertThat(site.ask("postgres", ORACLE)).isEqualTo(wanted);
        }
    }

    @Test
    @Tag("R8")
    void what_is_no_block_of_a_relation_is_refused_while_the_database_runs_on() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            site.in("postgres", "create unlogged table scrap as select 1 n");
            site.in("postgres", "checkpoint");
            String table = site.ask("postgres", "select pg_relation_filepath('sold')");
            String scrap = site.ask("postgres", "select pg_relation_filepath('scrap')");
            long process = site.server().postmaster();

            assertThat(refused(site, "global/pg_control:0")).contains("SBG-Z030", "no file of a relation");
            assertThat(refused(site, "../archive/x:0")).contains("SBG-Z030");
            assertThat(refused(site, table)).contains("SBG-Z030", "numbers of blocks");
            assertThat(refused(site, table + ":99999")).contains("SBG-Z030", "blocks of 8192 bytes");
            assertThat(refused(site, table + "_vm:0")).contains("SBG-Z030", "fork");
            assertThat(refused(site, scrap + ":0")).contains("SBG-Z030", "unlogged");
            assertThat(site.site()
                            .run("recover", "orders", "--block", table + ":0", "--until-lsn", "0/5000000")
                            .code())
                    .isNotZero();
            assertThat(site.server().postmaster()).isEqualTo(process);
        }
    }

    /** The copy can't be told to be the original's state, so nothing of it is written. */
    @Test
    @Tag("R8")
    @Tag("J25")
    void without_the_last_journals_no_block_is_written_and_the_database_comes_back() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            site.saved();
            String relation = site.ask("postgres", "select pg_relation_filepath('sold')");
            site.in("postgres", "update sold set told = 'x' where n = 1");
            site.in("postgres", "alter system set archive_command = 'true'", "select pg_reload_conf()");
            site.in("postgres", "select pg_switch_wal()", "checkpoint");
            Path file = data(site).resolve(relation);
            stop(site);
            scribble(file, 2);
            byte[] damaged = Files.readAllBytes(file);
            site.server().started();

            Said failed = site.site()
                    .run("recover", "orders", "--block", relation + ":2")
                    .ends(1);

            assertThat(failed.out()).contains("SBG-Z032");
            assertThat(site.server().adapter().state().name()).isEqualTo("OPEN");
            stop(site);
            assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
            assertThat(RehearsalPostgresIT.names(site.site().home().resolve("var/auxiliary")))
                    .isEmpty();
        }
    }

    /** A guard brings the database back; the auxiliary instance goes with the next start. */
    @Test
    @Tag("R8")
    @Tag("W21")
    void a_repair_that_is_killed_while_the_database_is_down_leaves_it_open_with_its_old_files() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            site.saved();
            String relation = site.ask("postgres", "select pg_relation_filepath('sold')");
            Path file = data(site).resolve(relation);
            stop(site);
            scribble(file, 2);
            site.server().started();
            long process = site.server().postmaster();
            Process repair =
                    site.site().program(folder.resolve("repair.log"), "recover", "orders", "--block", relation + ":2");
            Until.holds(
                    "the database is down",
                    Site.PATIENT,
                    () -> !Files.exists(data(site).resolve("postmaster.pid")));
            repair.destroyForcibly().waitFor();

            Until.holds(
                    "the database is back",
                    Site.PATIENT,
                    () -> site.server().adapter().state().name().equals("OPEN"));
            assertThat(site.server().postmaster()).isNotEqualTo(process);
            site.site().run("rehearse", "orders", "--backup", "99").ends(1);
            assertThat(RehearsalPostgresIT.names(site.site().home().resolve("var/auxiliary")))
                    .isEmpty();

            site.site().done("recover", "orders", "--block", relation + ":2");
            assertThat(site.ask("postgres", "select count(*) from sold")).isEqualTo("500");
        }
    }

    private static String refused(ArchivingSite site, String block) {
        Said said = site.site().run("recover", "orders", "--block", block);
        assertThat(said.code()).isNotZero();
        return said.err();
    }

    private static Path aside(ArchivingSite site) throws IOException {
        try (Stream<Path> beside = Files.list(data(site).getParent())) {
            return beside.filter(each -> each.getFileName().toString().contains("saddlebag-blocks"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
