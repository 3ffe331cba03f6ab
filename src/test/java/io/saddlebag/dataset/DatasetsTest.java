package io.saddlebag.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("D1")
class DatasetsTest {
    private final Map<String, String> tree = new TreeMap<>();
    private final Datasets datasets = new Datasets(new Datasets.Files() {
        @Override
        public List<String> names() {
            return List.copyOf(tree.keySet());
        }

        @Override
        public Map<String, String> texts(String name) {
            Map<String, String> found = new LinkedHashMap<>();
            tree.forEach((file, text) -> {
                if (file.equals(name) || file.startsWith(name + "/")) {
                    found.put(file, text);
                }
            });
            return found;
        }
    });

    private List<HostSelection> resolve(String text) throws IOException {
        tree.put("it", text);
        return datasets.resolve("it");
    }

    private static List<String> paths(HostSelection host) {
        return host.paths().stream().map(Selection::path).toList();
    }

    @Test
    void the_guides_example_works_as_it_is() throws Exception {
        HostSelection host = resolve("""
                exclude name *.backup
                exclude name *~
                include host brhost2 {
                    include path /usr1/home {
                        exclude path /usr1/home/temp
                        exclude path /usr1/home/oldfiles
                    }
                    include path /usr2/home
                }
                """).get(0);
        assertThat(host.host()).isEqualTo("brhost2");
        assertThat(paths(host)).containsExactly("/usr1/home", "/usr2/home");
        Selection first = host.paths().get(0);
        assertThat(first.leftOut()).containsExactlyInAnyOrder("/usr1/home/temp", "/usr1/home/oldfiles");
        assertThat(first.names()).extracting(NamePattern::text).containsExactly("*.backup", "*~");
        assertThat(first.leavesOut("/usr1/home/temp")).isTrue();
        assertThat(first.leavesOut("/usr1/home/temporary")).isFalse();
        assertThat(first.leavesOut("/usr1/home/a/b.backup")).isTrue();
        assertThat(host.paths().get(1).leftOut()).isEmpty();
    }

    @Test
    void blocks_inherit_what_counts_around_them_wherever_it_stands() throws Exception {
        HostSelection host = resolve("""
                include host a {
                    include path /x {
                        exclude name *.o
                        include path /x/y {
                            cross remote mountpoints
                        }
                    }
                    include path /z
                    cross local mountpoints
                }
                exclude name core
                """).get(0);
        assertThat(paths(host)).containsExactly("/x", "/x/y", "/z");
        assertThat(host.paths().get(0).names()).extracting(NamePattern::text).containsExactly("core", "*.o");
        assertThat(host.paths().get(1).crosses()).containsExactlyInAnyOrder(MountPoints.LOCAL, MountPoints.REMOTE);
        assertThat(host.paths().get(2).names()).extracting(NamePattern::text).containsExactly("core");
        assertThat(host.paths().get(2).crosses()).containsExactly(MountPoints.LOCAL);
    }

    @Test
    void paths_outside_of_hosts_are_every_hosts_and_without_a_host_this_nodes() throws Exception {
        assertThat(resolve("include path /etc\ninclude host a\ninclude host b { include path /b }"))
                .extracting(HostSelection::host, DatasetsTest::paths)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", List.of("/etc")),
                        org.assertj.core.groups.Tuple.tuple("b", List.of("/etc", "/b")));
        assertThat(resolve("include path /etc")).extracting(HostSelection::host).containsExactly(Datasets.LOCALHOST);
    }

    @Test
    void commands_catalog_quotes_and_comments() throws Exception {
        HostSelection host = resolve("""
                # what runs first
                before backup /usr/bin/logger "it begins" # here
                after backup optional /bin/echo done
                include catalog
                include path "/with blank/and \\"quote\\" \\\\ # {Gr\u00fc\u00dfe}"
                exclude name "#*#"
                """).get(0);
        assertThat(host.before())
                .containsExactly(new DatasetCommand(List.of("/usr/bin/logger", "it begins"), false, "it:2:1"));
        assertThat(host.after()).singleElement().matches(DatasetCommand::optional);
        assertThat(host.withCatalog()).isTrue();
        assertThat(paths(host)).containsExactly("/with blank/and \"quote\" \\ # {Gr\u00fc\u00dfe}");
        assertThat(host.paths().get(0).leavesOut("/with blank/#draft#")).isTrue();
    }

    @Test
    void a_dataset_includes_others_and_a_folder_all_below_it() throws Exception {
        tree.put("sites/a", "include host a { include path /a }");
        tree.put("sites/b", "include host b { include path /b }");
        assertThat(datasets.resolve("sites")).extracting(HostSelection::host).containsExactly("a", "b");
        assertThat(resolve("exclude name core\ninclude dataset sites/b\ninclude host c { include path /c }"))
                .extracting(HostSelection::host)
                .containsExactly("b", "c");
        assertThat(datasets.resolve("it").get(0).paths().get(0).names())
                .extracting(NamePattern::text)
                .containsExactly("core");
    }

    @Test
    void a_dataset_that_includes_itself_is_refused() {
        tree.put("a", "include dataset b");
        tree.put("b", "include dataset a");
        assertThatThrownBy(() -> datasets.resolve("a"))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(DatasetFault.INCLUDES_ITSELF)).isTrue());
    }

    @Test
    void an_unknown_dataset_names_those_that_there_are() {
        tree.put("home", "include path /home");
        assertThatThrownBy(() -> datasets.resolve("hom"))
                .hasMessageContaining("there is no dataset 'hom'")
                .hasMessageContaining("home");
    }

    @Test
    void new_clients_is_there_from_the_start_and_is_what_somebody_writes_into_it() throws Exception {
        assertThat(datasets.names()).containsExactly("NEW_CLIENTS");
        assertThat(datasets.resolve("NEW_CLIENTS")).isEmpty();
        assertThat(resolve("include dataset NEW_CLIENTS\ninclude path /home")).hasSize(1);

        tree.put("NEW_CLIENTS", "include host brhost3 { include path /home }");

        assertThat(datasets.resolve("NEW_CLIENTS"))
                .extracting(HostSelection::host)
                .containsExactly("brhost3");
        assertThat(Path.of("config/datasets/NEW_CLIENTS.ds")).exists();
    }

    @Test
    void a_path_included_twice_leaves_out_only_what_both_leave_out() throws Exception {
        HostSelection host = resolve("""
                include host a { include path /x { exclude path /x/1
                exclude path /x/2
                } }
                include host a {
                include path /x { exclude path /x/2
                } }
                """).get(0);
        assertThat(host.paths()).singleElement().extracting(Selection::leftOut).isEqualTo(Set.of("/x/2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "include paths /x | it:1:9: include 'paths'",
                "include path x | it:1:14: 'x' is no absolute path",
                "include path /x/../y | has a part '..'",
                "include path | expected an absolute path, found the end of the file",
                "include path /x y | it:1:17: expected the end of the line, found 'y'",
                "include host { | expected the name of a host, found '{'",
                "include host a { | it:1:16: this '{' is never closed",
                "} | it:1:1: '}' without '{'",
                "{ | it:1:1: '{' without a statement",
                "exclude path | expected an absolute path",
                "exclude name a/b | a name has no slash",
                "exclude name [a | '[' without ']'",
                "exclude dir x | it:1:9: exclude 'dir'",
                "cross mountpoints | cross 'mountpoints'",
                "cross all mountpoints | cross 'all' 'mountpoints'",
                "before backup | expected a program",
                "before backup tar | 'tar' is no absolute path",
                "before dinner /bin/eat | before 'dinner'",
                "\"include\" path /x | 'include' is no statement",
                "include path \"/x | it:1:14: a quote that isn't closed",
                "include path /x\"y | a quote within a word",
                "exclude name x { } | Only include host and include path have blocks",
                "hello | it:1:1: 'hello' is no statement",
            })
    void errors_say_where_what_and_what_would_be_valid(String text, String message) {
        assertThatThrownBy(() -> resolve(text)).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.is(DatasetFault.SYNTAX)).isTrue();
            assertThat(e.getMessage()).contains(message).contains("it:1:");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "*.o, a.o, true", "*.o, .o, true", "*.o, a.oo, false", "?, a, true", "?, ab, false", "[a-c]x, bx, true",
        "[!a-c]x, bx, false", "[!a-c]x, dx, true", "\\*, *, true", "\\*, a, false", "a.b, axb, false", "[]]x, ]x, true",
        "core*, core.1, true", "'[^a]', ^, true", "'a|b', a, false"
    })
    void patterns_are_the_shells(String pattern, String name, boolean matches) {
        assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void formatting_keeps_statements_and_comments_and_changes_nothing_twice() throws Exception {
        String formatted = DatasetFormat.of("it", """


                #top
                include   host a{   # why
                  include path   "/x y" {exclude name *~
                  }


                      include path /z
                }""");
        assertThat(formatted).isEqualTo("""
                #top
                include host a {
                    # why
                    include path "/x y" {
                        exclude name *~
                    }

                    include path /z
                }
                """);
        assertThat(DatasetFormat.of("it", formatted)).isEqualTo(formatted);
    }

    @Test
    void shipped_samples_are_right_and_formatted() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("config/datasets"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".ds")).toList()) {
                String text = Files.readString(file);
                assertThat(DatasetFormat.of(file.toString(), text))
                        .as(file.toString())
                        .isEqualTo(text);
                resolve(text);
            }
        }
    }

    @Test
    @Tag("Q13")
    void whatever_is_in_a_file_it_is_read_or_refused_and_what_is_read_formats_to_the_same() throws Exception {
        String[] pieces = {
            "include",
            "exclude",
            "host",
            "path",
            "name",
            "dataset",
            "catalog",
            "cross",
            "local",
            "mountpoints",
            "before",
            "backup",
            "optional",
            "/a",
            "\"/a b\"",
            "\"",
            "{",
            "}",
            "\n",
            "\n",
            " ",
            "#x\n",
            "*",
            "[",
            "\\",
            "\u00fc",
            "\u0000"
        };
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(random.nextInt(3) == 0 ? "" : " ");
            }
            try {
                List<HostSelection> selections = resolve(text.toString());
                String formatted = DatasetFormat.of("it", text.toString());
                assertThat(resolve(formatted).toString().replaceAll("it:\\d+:\\d+", ""))
                        .as("seed " + seed)
                        .isEqualTo(selections.toString().replaceAll("it:\\d+:\\d+", ""));
                read++;
            } catch (BackupException e) {
                assertThat(e.what()).isNotEmpty();
            }
        }
        assertThat(read).isGreaterThan(100);
    }
}
