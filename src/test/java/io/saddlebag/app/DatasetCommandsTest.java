package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.Root;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of datasets, backed up and restored as an operator does it. */
@Tag("D1")
class DatasetCommandsTest {
    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path target;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        target = folder.resolve("target");
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                """);
        Files.writeString(data.resolve("letter"), "dear");
        Files.writeString(data.resolve("letter~"), "draft");
        Files.createDirectories(data.resolve("work/temp/deep"));
        Files.writeString(data.resolve("work/temp/deep/x"), "1");
        Files.writeString(data.resolve("work/report"), "2");
    }

    private void dataset(String name, String text) throws IOException {
        Path file = home.resolve("config/datasets/" + name + ".ds");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.replace("DATA", data.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said backUp(String dataset) {
        return run("backup", "--dataset", dataset, "--library", "vault", "--provider", "none");
    }

    private List<String> restored(String name) throws IOException {
        run("restore", name, "--to", target.toString()).ok();
        Path top = target.resolve(data.toString().substring(1));
        try (Stream<Path> all = Files.walk(top)) {
            return all.map(path -> top.relativize(path).toString()).sorted().toList();
        }
    }

    @Test
    @Tag("D4")
    void a_file_that_is_shorter_than_it_says_is_flagged() throws Exception {
        Path shorter = Path.of("/sys/kernel/uevent_seqnum");
        assumeTrue(Files.exists(shorter), shorter + ", a file that is shorter than its length, isn't here");
        dataset("kernel", "include path " + shorter + "\n");

        assertThat(backUp("kernel").out()).contains("completed-with-warnings");

        assertThat(run("lsbu", "--flags").ok().out()).contains(shorter.toString(), "shrank", "it ended after");
        assertThat(run("lsbu", "kernel", "--flags", "--json")
                        .ok()
                        .json()
                        .get(0)
                        .path("what")
                        .asText())
                .isEqualTo("shrank");
    }

    @Test
    void a_datasets_files_are_backed_up_without_what_it_leaves_out_and_come_back() throws Exception {
        dataset("home", """
                exclude name *~
                include path DATA {
                    exclude path DATA/work/temp
                }
                """);
        assertThat(run("dataset", "check", "home").ok().out())
                .contains(
                        "home: host localhost", data.toString(), "without " + data + "/work/temp", "without names *~");

        backUp("home").ok();

        assertThat(restored("home")).containsExactly("", "letter", "work", "work/report");
    }

    @Test
    void what_is_edited_counts_at_the_next_run() throws Exception {
        dataset("home", "include path DATA\n");
        backUp("home").ok();
        dataset("home", "exclude name letter*\ninclude path DATA/work\ninclude path DATA\n");
        backUp("home").ok();

        assertThat(restored("home"))
                .containsExactly("", "work", "work/report", "work/temp", "work/temp/deep", "work/temp/deep/x");
    }

    @Test
    void another_hosts_part_and_a_missing_path_are_warnings() throws Exception {
        dataset("site", """
                include host there { include path /x }
                include host here {
                    include path DATA/work
                    include path DATA/gone
                }
                """);
        assertThat(backUp("site").ends(3).out() + run("catxcr", "1").out())
                .contains("host there of dataset 'site' is not this node", data + "/gone isn't there");
        assertThat(restored("site")).contains("work/report");
    }

    @Test
    void a_dataset_without_anything_of_this_host_is_an_error() throws Exception {
        dataset("site", "include host there { include path /x }\n");
        assertThat(backUp("site").ends(1).out()).contains("SBG-A004", "include host here");
        dataset("broken", "include path DATA {\n");
        assertThat(backUp("broken").ends(1).out()).contains("SBG-A001", "config/datasets/broken.ds:1:");
        assertThat(backUp("nowhere").ends(1).out()).contains("SBG-A002", "site");
        assertThat(run("backup", "--library", "vault").code()).isEqualTo(2);
    }

    @Test
    void a_file_that_is_not_utf_8_is_an_error_at_its_place() throws Exception {
        Path file = home.resolve("config/datasets/old.ds");
        Files.write(file, "# größe\ninclude path /gr\u00fcn\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(backUp("old").ends(1).out())
                .contains("SBG-A001", "config/datasets/old.ds:1:5: byte 0xf6 is no UTF-8");
        Files.writeString(file, "# größe\n");
        Files.write(
                file,
                "include path /gr\u00fcn\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(run("dataset", "check", "old").ends(1).err()).contains("config/datasets/old.ds:2:17: byte 0xfc");
    }

    @Test
    void commands_run_around_the_backup_and_the_after_ones_whatever_happens() throws Exception {
        Path log = folder.resolve("log");
        dataset("home", """
                before backup /usr/bin/touch LOG.before
                before backup optional /bin/false
                after backup /usr/bin/touch LOG.after
                include path DATA
                """.replace("LOG", log.toString()));
        backUp("home").ends(3);
        assertThat(Path.of(log + ".before")).exists();
        assertThat(Path.of(log + ".after")).exists();

        Files.delete(Path.of(log + ".after"));
        dataset("home", """
                before backup /bin/false
                after backup /usr/bin/touch LOG.after
                include path DATA
                """.replace("LOG", log.toString()));
        assertThat(backUp("home").ends(1).out()).contains("/bin/false", "ended with 1");
        assertThat(Path.of(log + ".after")).exists();
        assertThat(run("lsbu", "--json").ok().json()).hasSize(1);
    }

    @Test
    void a_mounted_file_system_belongs_to_it_when_the_dataset_says_so() throws Exception {
        try (LoopFileSystem disk = LoopFileSystem.create(
                Root.posix(), data.resolve("disk.img"), LoopFileSystem.Kind.EXT4, ByteCount.parse("16M"))) {
            Path mounted = disk.path();
            assumeTrue(Files.isDirectory(mounted), "not mounted");
            Files.writeString(mounted.resolve("inside"), "3");
            dataset("plain", "exclude name disk.img\ninclude path DATA\n");
            dataset(
                    "crossing",
                    "exclude name disk.img\nexclude name lost+found\ncross local mountpoints\ninclude path DATA\n");
            backUp("plain").ok();
            backUp("crossing").ok();
            assertThat(restored("plain")).contains("disk.img.mounted").doesNotContain("disk.img.mounted/inside");
            assertThat(restored("crossing")).contains("disk.img.mounted/inside", "letter");
        }
    }

    @Test
    void files_are_formatted_and_checked() throws Exception {
        dataset("home", "include   path DATA{\n#x\n}\n");
        String file = home.resolve("config/datasets/home.ds").toString();
        assertThat(run("dataset", "format", "--check", file).ends(4).out()).contains("would change");
        run("dataset", "format", file).ok();
        run("dataset", "format", "--check", file).ok();
        assertThat(Files.readString(Path.of(file))).isEqualTo("include path " + data + " {\n    #x\n}\n");
        assertThat(run("dataset", "list").ok().out()).contains("home");
        JsonNode none = run("lsbu", "--json").ok().json();
        assertThat(none).isEmpty();
    }
}
