package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One database of a real PostgreSQL is recovered through an auxiliary instance, while the others are in use. */
class AuxiliaryDatabaseIT {
    @TempDir
    Path folder;

    private static ArchivingSite site(Path folder) throws Exception {
        ArchivingSite site = new ArchivingSite(folder);
        site.in(
                "postgres",
                "create role clerk",
                "create role reader",
                "create database sales owner clerk connection limit 17",
                "revoke connect on database sales from public",
                "grant connect on database sales to reader",
                "alter database sales set work_mem = '7MB'",
                "comment on database sales is 'what was sold'",
                "create database hr");
        site.in(
                "sales",
                "create schema till",
                "create table till.sold (n int primary key, at timestamptz default now(), price numeric(9,2), told text)",
                "alter table till.sold owner to clerk",
                "create sequence till.numbers",
                "create view till.dear as select * from till.sold where price > 10",
                "insert into till.sold select n, now(), n / 7.0, repeat(md5(n::text), 20) from generate_series(1, 500) n");
        site.in("hr", "create table staff (n int)", "insert into staff values (1)");
        return site;
    }

    private static String rows(ArchivingSite site, String database) throws Exception {
        return site.ask(
                database, "select count(*) || ' ' || sum(hashtextextended(s::text, 0)::numeric) from till.sold s");
    }

    private static void nothingIsLeft(ArchivingSite site, Path folder) throws Exception {
        assertThat(RehearsalPostgresIT.names(site.site().home().resolve("var/auxiliary")))
                .isEmpty();
        assertThat(RehearsalPostgresIT.postmastersBelow(folder)).isEqualTo(1);
        assertThat(site.ask("postgres", "select count(*) from pg_database where datname like 'saddlebag%'"))
                .isEqualTo("0");
    }

    @Test
    @Tag("R8")
    @Tag("W24")
    void it_is_as_it_was_then_and_the_rest_of_the_cluster_is_in_use_all_the_time() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.in("sales", "create unlogged table till.scrap (n int)", "insert into till.scrap values (1)");
            site.site().done(site.site().backupCommand());
            site.in("sales", "select setval('till.numbers', 41)", "delete from till.sold where n = 7");
            String wanted = rows(site, "sales");
            String then = site.now();
            site.in("sales", "delete from till.sold where n % 2 = 0", "drop view till.dear");
            String mistaken = rows(site, "sales");
            site.in("hr", "insert into staff values (2)");
            site.saved();
            List<String> archived = RehearsalPostgresIT.names(site.archive());

            try (Connection bystander = site.connect("hr");
                    Connection caught = site.connect("sales")) {
                bystander.setAutoCommit(false);
                bystander.createStatement().execute("insert into staff values (3)");
                JsonNode job = OnlineSite.only(site.site()
                        .run("recover", "orders", "--database", "sales", "--until-time", then, "--json")
                        .ends(3)
                        .json());

                assertThat(job.path("figures").path("recovered-database").asText())
                        .isEqualTo("sales");
                try (Statement asked = bystander.createStatement();
                        ResultSet seen = asked.executeQuery("select count(*) from staff")) {
                    seen.next();
                    assertThat(seen.getInt(1)).isEqualTo(3);
                }
                bystander.commit();
                assertThat(isOpen(caught)).isFalse();
            }

            assertThat(rows(site, "sales")).isEqualTo(wanted);
            assertThat(site.ask("sales", "select nextval('till.numbers')")).isEqualTo("42");
            assertThat(site.ask("sales", "select count(*) from till.dear")).isNotEqualTo("0");
            assertThat(site.ask("sales", "show work_mem")).isEqualTo("7MB");
            assertThat(
                            site.ask(
                                    "postgres",
                                    "select pg_get_userbyid(datdba) || ' ' || datconnlimit || ' '"
                                            + " || (select string_agg(a::text, ' ' order by a::text collate \"C\") from unnest(datacl) a) || ' '"
                                            + " || shobj_description(oid, 'pg_database') from pg_database where datname = 'sales'"))
                    .isEqualTo("clerk 17 =T/clerk clerk=CTc/clerk reader=c/clerk what was sold");
            assertThat(site.ask("sales", "select pg_get_userbyid(relowner) from pg_class where relname = 'sold'"))
                    .isEqualTo("clerk");
            String aside = site.ask("postgres", "select datname from pg_database where datname like 'sales_before_%'");
            assertThat(rows(site, aside)).isEqualTo(mistaken);
            assertThat(site.ask("hr", "select count(*) from staff")).isEqualTo("3");
            nothingIsLeft(site, folder);
            // the auxiliary instance archived nothing, and its timeline is nobody's
            assertThat(RehearsalPostgresIT.names(site.archive()))
                    .containsAll(archived)
                    .noneMatch(name -> name.endsWith(".history"));
            assertThat(site.site().run("incarnation", "list", "orders").ok().out())
                    .doesNotContain("orphan");
            assertThat(site.site().run("catxcr", lastJob(site)).ok().out())
                    .contains(
                            "2 tables with 499 rows are alike, by number and content of their rows",
                            "came in empty: till.scrap");
        }
    }

    @Test
    @Tag("R8")
    void under_a_new_name_nothing_gives_way_and_a_dropped_one_comes_back() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            String wanted = rows(site, "sales");
            String then = site.now();
            site.in("sales", "truncate till.sold");
            site.saved();

            site.site().done("recover", "orders", "--database", "sales", "--as", "found", "--until-time", then);

            assertThat(rows(site, "found")).isEqualTo(wanted);
            assertThat(site.ask("sales", "select count(*) from till.sold")).isEqualTo("0");
            site.in("postgres", "drop database found", "drop database sales");
            site.saved();

            site.site().done("recover", "orders", "--database", "sales", "--until-time", then);

            assertThat(rows(site, "sales")).isEqualTo(wanted);
            assertThat(site.ask("postgres", "select count(*) from pg_database where datname like '%before%'"))
                    .isEqualTo("0");
            nothingIsLeft(site, folder);
        }
    }

    @Test
    @Tag("R8")
    void what_can_not_go_well_is_refused_with_everything_as_it_was() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            site.saved();
            String jobs = site.site().run("lsjob", "--json").ok().out();

            assertThat(refused(site, "--database", "sales", "--as", "hr")).contains("SBG-Z021", "hr already");
            assertThat(refused(site, "--database", "postgres")).contains("SBG-Z027", "--as");
            assertThat(refused(site, "--database", "template1")).contains("SBG-Z027");
            assertThat(refused(
                            site,
                            "--database",
                            "sales",
                            "--scratch",
                            site.server().settings().dataDirectory().toString()))
                    .contains("SBG-W001");
            assertThat(refused(site, "--as", "other")).contains("--database");
            assertThat(refused(site, "--tablespace", "fast")).contains("a tablespace", "--database");
            assertThat(site.site().run("lsjob", "--json").ok().out()).isEqualTo(jobs);

            // what databases there were is known when they are recovered
            Said unknown =
                    site.site().run("recover", "orders", "--database", "slaes").ends(1);
            assertThat(unknown.out()).contains("SBG-Z022", "hr, postgres, sales");
            assertThat(site.ask("sales", "select count(*) from till.sold")).isEqualTo("500");
            nothingIsLeft(site, folder);
        }
    }

    @Test
    @Tag("R8")
    void without_pg_dump_nothing_is_begun() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            site.server().execute("create database sales");
            site.done(site.backupCommand());

            assertThat(site.run("recover", "orders", "--database", "sales")
                            .ends(1)
                            .err())
                    .contains("SBG-Z020", "there is no pg_dump in");
        }
    }

    /** At each death either the old one or the new one has the name, and the next start removes the rest. */
    @Test
    @Tag("R8")
    @Tag("W21")
    void a_recovery_that_is_killed_leaves_the_old_one_or_the_new_one() throws Exception {
        try (ArchivingSite site = site(folder)) {
            site.site().done(site.site().backupCommand());
            String wanted = rows(site, "sales");
            String then = site.now();
            site.in("sales", "delete from till.sold where n % 2 = 0");
            String mistaken = rows(site, "sales");
            site.saved();
            List<Until.Condition> moments = List.of(
                    () -> RehearsalPostgresIT.postmastersBelow(folder) == 2,
                    () -> !site.ask(
                                    "postgres",
                                    "select count(*) from pg_database where datname like 'saddlebag_recovers_%'")
                            .equals("0"),
                    () -> !site.ask("postgres", "select count(*) from pg_database where datname like 'sales_before_%'")
                            .equals("0"));
            for (int i = 0; i < moments.size(); i++) {
                Process recovery = site.site()
                        .program(
                                folder.resolve("recover-" + i + ".log"),
                                "recover",
                                "orders",
                                "--database",
                                "sales",
                                "--until-time",
                                then);
                Until.holds("moment " + i, Site.PATIENT, moments.get(i));
                recovery.destroyForcibly().waitFor();

                // what works recovers first
                site.site().run("rehearse", "orders", "--backup", "99").ends(1);

                assertThat(rows(site, "sales")).as("after moment " + i).isEqualTo(i < 2 ? mistaken : wanted);
                nothingIsLeft(site, folder);
            }
        }
    }

    private static String refused(ArchivingSite site, String... options) {
        String[] command = new String[options.length + 2];
        command[0] = "recover";
        command[1] = "orders";
        System.arraycopy(options, 0, command, 2, options.length);
        Said said = site.site().run(command);
        assertThat(said.code()).isNotZero();
        return said.err();
    }

    private static String lastJob(ArchivingSite site) {
        String last = "";
        for (JsonNode job : site.site().run("lsjob", "--json").ok().json()) {
            if (job.path("task").asText().startsWith("recover a part")
                    || job.toString().contains("recover a part")) {
                last = job.path("name").asText();
            }
        }
        return last;
    }

    private static boolean isOpen(Connection connection) {
        try (Statement asked = connection.createStatement()) {
            return asked.execute("select 1");
        } catch (SQLException ended) {
            return false;
        }
    }
}
