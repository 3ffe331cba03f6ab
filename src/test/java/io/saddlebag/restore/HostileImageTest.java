package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ImageReader;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.workbench.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images made to write where they must not. Whatever they hold, only the target changes. */
@Tag("X13")
@Tag("Q16")
@Tag("C7")
final class HostileImageTest {
    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final List<String> notes = new ArrayList<>();

    @TempDir
    Path home;

    private Path target;
    private Path outside;
    private Map<String, String> before;

    @BeforeEach
    void place() throws IOException {
        target = Files.createDirectories(home.resolve("target"));
        outside = Files.createDirectories(home.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        before = state(outside);
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void names_that_go_up_are_refused(Existing existing) throws Exception {
        for (String name : List.of("../outside/x", "a/../../outside/x", "..", "a/..", "../outside/secret")) {
            refused(existing, new Tar().file(name, "evil"));
            refused(existing, new Tar().folder(name + "/"));
            refused(existing, new Tar().symbolicLink(name, "/"));
        }
    }

    @Test
    void absolute_names_land_below_the_target() throws Exception {
        restore(Existing.REPLACE, new Tar().file(outside + "/secret", "evil"));
        untouched();
        assertThat(Path.of(target.toString(), outside + "/secret")).hasContent("evil");
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void nothing_is_put_behind_a_link_that_the_image_brought_along(Existing existing) throws Exception {
        for (String to : List.of(outside.toString(), "../outside", "..", "/")) {
            refused(existing, new Tar().symbolicLink("link", to).file("link/x", "evil"));
            refused(existing, new Tar().symbolicLink("link", to).folder("link/x/"));
            refused(existing, new Tar().symbolicLink("link", to).symbolicLink("link/x", "/"));
            refused(existing, new Tar().folder("a/").symbolicLink("a/link", to).file("a/link/b/c", "evil"));
        }
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void a_folder_never_takes_the_place_of_a_link(Existing existing) throws Exception {
        Tar image = new Tar()
                .symbolicLink("link", outside.toString())
                .folder("link/")
                .file("link/x", "evil");
        if (existing == Existing.REPLACE || existing == Existing.KEEP_NEWER) {
            refused(existing, image);
            return;
        }
        restore(existing, image);
        untouched();
        assertThat(target.resolve("link")).isSymbolicLink();
        if (existing == Existing.RENAME) {
            assertThat(target.resolve("link.new/x")).hasContent("evil");
        } else {
            assertThat(notes).singleElement().asString().contains("left out with all below it");
        }
    }

    @Test
    void a_file_in_the_place_of_a_link_replaces_the_link_and_not_what_it_points_to() throws Exception {
        restore(
                Existing.REPLACE,
                new Tar().symbolicLink("link", outside + "/secret").file("link", "evil"));
        untouched();
        assertThat(target.resolve("link")).isRegularFile().hasContent("evil");
        assertThat(Files.isSymbolicLink(target.resolve("link"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void hard_links_tie_to_nothing_outside(Existing existing) throws Exception {
        for (String to : List.of("../outside/secret", "a/../../outside/secret")) {
            refused(existing, new Tar().hardLink("name", to));
        }
        refused(existing, new Tar().symbolicLink("link", outside.toString()).hardLink("name", "link/secret"));
        // an absolute one is meant below the target, where nothing is
        restore(existing, new Tar().hardLink("name", outside + "/secret"));
        untouched();
        assertThat(target.resolve("name")).doesNotExist();
        assertThat(notes).last().asString().contains("which the image doesn't hold");
    }

    @Test
    void a_link_that_stands_in_the_target_already_is_no_way_out_either() throws Exception {
        Files.createSymbolicLink(target.resolve("there"), outside);
        refusedAsItIs(Existing.REPLACE, new Tar().file("there/secret", "evil"));
        refusedAsItIs(Existing.REPLACE, new Tar().folder("there/"));
        refusedAsItIs(Existing.KEEP, new Tar().hardLink("name", "there/secret"));
    }

    @Test
    void a_further_name_of_a_file_that_was_kept_is_not_tied_to_the_foreign_one() throws Exception {
        Files.writeString(target.resolve("file"), "foreign");
        restore(Existing.KEEP, new Tar().file("file", "backed up").hardLink("name", "file"));
        assertThat(target.resolve("file")).hasContent("foreign");
        assertThat(target.resolve("name")).doesNotExist();
        assertThat(notes).singleElement().asString().contains("name").contains("was kept and is another file");
    }

    @Test
    void a_further_name_of_a_file_that_was_renamed_is_tied_to_the_restored_one() throws Exception {
        Files.writeString(target.resolve("file"), "foreign");
        restore(Existing.RENAME, new Tar().file("file", "backed up").hardLink("name", "file"));
        assertThat(target.resolve("file")).hasContent("foreign");
        assertThat(target.resolve("name")).hasContent("backed up");
        assertThat(Files.getAttribute(target.resolve("name"), "unix:ino"))
                .isEqualTo(Files.getAttribute(target.resolve("file.new"), "unix:ino"));
    }

    @Test
    void a_further_name_of_a_file_that_is_as_backed_up_is_tied_to_it() throws Exception {
        Tar image = new Tar().file("file", "backed up").hardLink("name", "file");
        restore(Existing.KEEP, image);
        Files.delete(target.resolve("name"));
        restore(Existing.KEEP, image);
        assertThat(target.resolve("name")).hasContent("backed up");
    }

    @Test
    void folders_that_are_kept_keep_their_attributes() throws Exception {
        Path kept = Files.createDirectories(target.resolve("kept"));
        for (Existing existing : List.of(Existing.KEEP, Existing.RENAME)) {
            Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwx------"));
            restore(existing, new Tar().folder("kept/").file("kept/new" + existing, "new"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                    .as(existing.name())
                    .isEqualTo("rwx------");
        }
        restore(Existing.REPLACE, new Tar().folder("kept/"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rwxr-xr-x");
    }

    private void refused(Existing existing, Tar image) throws Exception {
        Trees.remove(target);
        Files.createDirectories(target);
        refusedAsItIs(existing, image);
    }

    private void refusedAsItIs(Existing existing, Tar image) throws Exception {
        assertThatThrownBy(() -> restore(existing, image))
                .as(image.told)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.code().id()).as(e.getMessage()).isNotEqualTo(FileFault.IO_ERROR.id()));
        untouched();
    }

    private void untouched() throws IOException {
        assertThat(state(outside)).isEqualTo(before);
        try (Stream<Path> beside = Files.list(home)) {
            assertThat(beside).containsExactlyInAnyOrder(target, outside);
        }
    }

    private void restore(Existing existing, Tar image) throws IOException {
        TreeSink sink = new TreeSink(
                files,
                new RestoredFolders(files, 1),
                Placement.below(files, target, List.of(), ".new"),
                (path, sha256) -> {},
                notes::add,
                new TreeSink.Manner(
                        existing,
                        RestoreRequest.Powers.LEFT_OUT,
                        RestoreServices.Privilege.KEEPS_OWN,
                        TreeSink.Durability.BY_SINK),
                Runnable::run);
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image.bytes()))) {
            reader.readAll(sink);
            sink.finish();
        }
    }

    private static Map<String, String> state(Path folder) throws IOException {
        Map<String, String> state = new TreeMap<>(Trees.content(folder));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                state.put(
                        "status of " + each,
                        Files.readAttributes(each, "unix:mode,uid,gid,nlink,ctime")
                                .toString());
            }
        }
        return state;
    }

    /** An archive with names that no honest program writes. */
    private static final class Tar {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");
        private String told = "";

        Tar() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        Tar file(String name, String text) throws IOException {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL);
            entry.setSize(content.length);
            return put(entry, content);
        }

        Tar folder(String name) throws IOException {
            TarArchiveEntry entry = entry(name, TarConstants.LF_DIR);
            entry.setMode(040755);
            return put(entry, new byte[0]);
        }

        Tar symbolicLink(String name, String to) throws IOException {
            TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(to);
            return put(entry, new byte[0]);
        }

        Tar hardLink(String name, String to) throws IOException {
            TarArchiveEntry entry = entry(name, TarConstants.LF_LINK);
            entry.setLinkName(to);
            return put(entry, new byte[0]);
        }

        byte[] bytes() throws IOException {
            tar.close();
            return bytes.toByteArray();
        }

        private static TarArchiveEntry entry(String name, byte type) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setModTime(1_700_000_000_000L);
            return entry;
        }

        private Tar put(TarArchiveEntry entry, byte[] content) throws IOException {
            told += entry.getName() + " -> " + entry.getLinkName() + "; ";
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        }
    }
}
