package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.SourceReaders;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.testing.OtherUser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root's node, and user {@code nobody}, who asks it for backups. */
@Tag("D5")
@Tag("X9")
final class UnprivilegedBackupTest {
    private static final String NOBODY = "nobody";

    @TempDir
    Path folder;

    private Path home;
    private Path data;

    @BeforeEach
    void place() throws Exception {
        OtherUser.mayComeTo(folder);
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/datasets/all.ds"), "include path " + data + "\n");
        file("open", "rw-r--r--", "everybody's");
        file("secret", "rw-------", "root's");
        Path closed = Files.createDirectory(data.resolve("closed"));
        Files.writeString(closed.resolve("inside"), "root's");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        Path listless = Files.createDirectory(data.resolve("listless"));
        Files.setPosixFilePermissions(listless, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(listless.resolve("inside"), "x");
        Files.createSymbolicLink(data.resolve("to-secret"), data.resolve("secret"));
        Files.createLink(data.resolve("also-secret"), data.resolve("secret"));
    }

    @AfterEach
    void reopen() throws IOException {
        if (data != null) {
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private void file(String name, String permissions, String text) throws IOException {
        Path file = Files.writeString(data.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void configure(String users) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                """ + users);
    }

    /** The command line is root's here, and so is the name by which it asks. */
    private CommandLineInProcess.Said backUp() {
        return CommandLineInProcess.run(home, "backup", "--dataset", "all", "--library", "vault", "--provider", "none");
    }

    private Map<String, String> restored() throws IOException {
        configure("");
        Path target = folder.resolve("target");
        CommandLineInProcess.Said said = CommandLineInProcess.run(home, "restore", "all", "--to", target.toString());
        assertThat(said.code()).as(said.toString()).isIn(0, 3);
        Path top = target.resolve(data.toString().substring(1));
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(top)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String name = top.relativize(each).toString();
                found.put(name, Files.isRegularFile(each) && !Files.isSymbolicLink(each) ? Files.readString(each) : "");
            }
        }
        return found;
    }

    @Test
    void what_the_user_cannot_read_is_left_out_with_a_warning() throws Exception {
        configure("users:\n  root: { osUser: nobody }\n");
        var said = backUp().ends(3);
        assertThat(said.out() + said.err()).isNotEmpty();
        assertThat(restored())
                .containsOnlyKeys("", "open", "closed", "listless", "to-secret")
                .containsEntry("open", "everybody's");
        String transcript = transcript();
        assertThat(transcript)
                .contains("read as user nobody")
                .contains(data + "/secret")
                .contains(data + "/closed")
                .contains(data + "/listless");
    }

    private String transcript() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(home.resolve("var/transcripts"))) {
            for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.append(Files.readString(each));
            }
        }
        return all.toString();
    }

    @Test
    @Tag("D4")
    void whoever_has_the_right_reads_everything() throws Exception {
        configure("users:\n  root: { osUser: nobody, rights: [backup-privileged] }\n");
        backUp().ok();
        assertThat(restored())
                .containsEntry("secret", "root's")
                .containsEntry("also-secret", "root's")
                .containsEntry("closed/inside", "root's")
                .containsEntry("listless/inside", "x");
    }

    @Test
    void who_is_not_known_or_has_no_right_is_refused() throws Exception {
        configure("users:\n  operator: { osUser: nobody }\n");
        var said = backUp().ends(1);
        assertThat(said.out() + said.err()).contains("user 'root' is none of [operator]");
        configure("users:\n  root: { osUser: no-such-user }\n");
        assertThat(backUp().ends(1).out()).contains("no process of user no-such-user");
        configure("users:\n  root: { osUser: nobody }\n");
        assertThat(CommandLineInProcess.run(
                                home,
                                "restore",
                                "all",
                                "--to",
                                folder.resolve("t").toString())
                        .ends(1)
                        .err())
                .contains("may not restore");
        configure("users:\n  root: { rights: [everything] }\n");
        assertThat(backUp().ends(1).err()).contains("is no right");
    }

    @Test
    void the_process_sees_files_as_the_user_does_also_when_they_change_behind_its_back() throws Exception {
        configure("users:\n  root: { osUser: nobody }\n");
        HostFiles own = new LocalFiles(new LinuxPosix());
        Users users = new Users(Map.of("anna", new io.saddlebag.app.config.UserConfig(NOBODY, null)), own, "root");
        try (SourceReaders.Reader reader = users.of("anna")) {
            HostFiles files = reader.files();
            assertThat(reader.osUser()).isEqualTo(NOBODY);
            Path open = data.resolve("open");
            assertThat(files.status(open)).isEqualTo(own.status(open));
            assertThat(files.status(data.resolve("to-secret")).linkTarget()).isEqualTo(data.resolve("secret"));
            assertThat(files.list(data)).isEqualTo(own.list(data));
            assertThat(files.attributes(open)).isEmpty();
            assertThat(files.flags(open)).isEqualTo(own.flags(open));
            assertThat(files.dataRanges(open, 10)).isEqualTo(own.dataRanges(open, 10));
            assertThat(files.exists(data.resolve("none"))).isFalse();
            try (SeekableByteChannel channel = files.openRead(open)) {
                // what was a file of everybody's becomes a link to a secret one: the file that was opened is read on
                Files.delete(open);
                Files.createSymbolicLink(open, data.resolve("secret"));
                ByteBuffer into = ByteBuffer.allocate(100);
                assertThat(channel.read(into)).isEqualTo("everybody's".length());
                assertThat(channel.read(into)).isEqualTo(-1);
                assertThat(channel.size()).isEqualTo("everybody's".length());
            }
            for (String name : new String[] {"secret", "also-secret", "closed/inside"}) {
                assertThatThrownBy(() -> files.openRead(data.resolve(name)))
                        .as(name)
                        .isInstanceOfSatisfying(
                                BackupException.class, e -> assertThat(e.code()).isEqualTo(FileFault.PERMISSION));
            }
            assertThatThrownBy(() -> files.openRead(open)).isInstanceOf(BackupException.class);
            assertThatThrownBy(() -> files.list(data.resolve("listless")))
                    .hasMessageContaining(FileFault.PERMISSION.id());
            assertThatThrownBy(() -> files.delete(data.resolve("open"))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_large_file_comes_through_whole() throws Exception {
        byte[] bytes = new byte[3_000_001];
        new java.util.Random(5).nextBytes(bytes);
        Path large = Files.write(data.resolve("large"), bytes);
        Users users = new Users(
                Map.of("anna", new io.saddlebag.app.config.UserConfig(NOBODY, null)),
                new LocalFiles(new LinuxPosix()),
                "root");
        try (SourceReaders.Reader reader = users.of("anna");
                SeekableByteChannel channel = reader.files().openRead(large)) {
            ByteBuffer into = ByteBuffer.allocate(bytes.length + 1);
            int n = channel.read(into);
            while (n > 0) {
                n = channel.read(into);
            }
            assertThat(into.flip().remaining()).isEqualTo(bytes.length);
            assertThat(java.util.Arrays.copyOf(into.array(), bytes.length)).isEqualTo(bytes);
        }
    }
}
