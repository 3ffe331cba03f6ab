package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NewNamesTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        Files.writeString(bench.data.resolve("users01.dbf"), "users");
        Files.writeString(bench.data.resolve("system01.dbf"), "system");
        Files.writeString(bench.data.resolve("base/users02.dbf"), "deeper");
        node.backup(node.poolTarget());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @Tag("R2")
    @CsvSource(delimiter = '|', textBlock = """
                    /srv/data/*.dbf=/new/%b        | /srv/data/users01.dbf | /new/users01.dbf
                    /srv/data/*.dbf=/new/%n-2%e    | /srv/data/users01.dbf | /new/users01-2.dbf
                    /srv/data/*=/new/%d/%b         | /srv/data/users01.dbf | /new/data/users01.dbf
                    /srv/data/*=/new/%n%e%%        | /srv/data/noending    | /new/noending%
                    /srv/data/*=/new/%n            | /srv/data/.hidden     | /new/.hidden
                    /srv/data/users0?.dbf=/new/%b  | /srv/data/users01.dbf | /new/users01.dbf
                    /srv/data/users0?.dbf=/new/%b  | /srv/data/users11.dbf | ''
                    /srv/data/*.dbf=/new/%b        | /srv/data/x/a.dbf     | ''
                    /srv/data/*.dbf=/new/%b        | /srv/data/a.log       | ''
                    """)
    void a_pattern_gives_the_files_that_it_fits_their_names(String text, Path file, String named) {
        NewName name = NewName.parse(text);

        assertThat(name.fits(file)).isEqualTo(!named.isEmpty());
        if (name.fits(file)) {
            assertThat(name.of(file)).hasToString(named);
        }
        assertThat(name).hasToString(text);
    }

    @ParameterizedTest
    @Tag("R2")
    @CsvSource(delimiter = '|', textBlock = """
                    /srv/data/*.dbf           | gives no files new names
                    /srv/data/a.dbf=/new/%b   | is no pattern of files
                    /srv/*/a*.dbf=/new/%b     | is no pattern of files
                    /srv/[a]*.dbf=/new/%b     | is no pattern of files
                    srv/*.dbf=/new/%b         | is no pattern of files
                    /srv/*.dbf=/new/../%b     | is not an absolute path without . and ..
                    /srv/*.dbf=/new/%x        | has %x; valid are %b, %n, %e, %d and %%
                    """)
    void what_is_no_pattern_is_refused(String text, String why) {
        assertThatThrownBy(() -> NewName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    @Tag("R2")
    void files_come_back_under_new_names_and_the_rest_goes_where_it_would() throws Exception {
        Path fresh = home.resolve("fresh");
        Path target = Files.createDirectories(home.resolve("target"));

        Job job = restore(target, bench.data + "/users*.dbf=" + fresh + "/%n-restored%e");

        assertThat(job.cause()).isNull();
        assertThat(fresh.resolve("users01-restored.dbf")).hasContent("users");
        Path data = target.resolve(bench.data.toString().substring(1));
        assertThat(data.resolve("users01.dbf")).doesNotExist();
        assertThat(data.resolve("system01.dbf")).hasContent("system");
        assertThat(data.resolve("base/users02.dbf")).hasContent("deeper");
    }

    @Test
    @Tag("R2")
    void nothing_is_touched_for_a_pattern_that_fits_nothing_or_makes_two_files_one() throws Exception {
        Path target = Files.createDirectories(home.resolve("target"));

        BackupException nothing = catchThrowableOfType(
                BackupException.class, () -> restore(target, bench.data + "/*.ora=" + home + "/fresh/%b"));
        BackupException same = catchThrowableOfType(
                BackupException.class, () -> restore(target, bench.data + "/*.dbf=" + home + "/fresh/all%e"));

        assertThat(nothing.what())
                .isEqualTo("new name " + bench.data + "/*.ora=" + home
                        + "/fresh/%b fits nothing: none of the backups holds such a file");
        assertThat(same.what())
                .isEqualTo(bench.data + "/system01.dbf and " + bench.data + "/users01.dbf would both become " + home
                        + "/fresh/all.dbf");
        assertThat(home.resolve("fresh")).doesNotExist();
        assertThat(bench.log().jobs()).hasSize(1);
    }

    private Job restore(Path target, String newName) throws Exception {
        return node.restores
                .restore(new RestoreRequest(
                                List.of(new BackupSelector.Latest("orders")),
                                List.of(),
                                target,
                                Existing.REPLACE,
                                null,
                                null)
                        .with(RestoreChoices.DEFAULT.naming(List.of(newName))))
                .get(0);
    }
}
