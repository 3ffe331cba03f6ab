package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.catalog.StatePage;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberType;
import io.saddlebag.job.Transcript;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that can't be listed is not a folder with nothing in it. */
@Tag("D2")
@Tag("D4")
@Tag("Q16")
class UnlistedFolderTest {
    @TempDir
    Path tree;

    private final HostFiles real = new LocalFiles(new LinuxPosix());

    @Test
    void what_an_earlier_backup_has_of_it_is_not_recorded_as_deleted() throws IOException {
        Path secret = Files.createDirectory(tree.resolve("secret"));
        Files.createFile(secret.resolve("x"));

        List<ImageMember> members = members(without(secret));

        assertThat(members).extracting(ImageMember::type).doesNotContain(MemberType.DELETED);
        assertThat(members)
                .filteredOn(
                        member -> member.absolutePath().equals(secret.toString()) && member.type() == MemberType.FILE)
                .as("what makes the backup warn of the folder")
                .singleElement()
                .satisfies(member -> assertThatThrownBy(() -> member.content().open())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("secret"));
    }

    @Test
    void what_is_gone_from_one_that_can_be_listed_is() throws IOException {
        Files.createDirectory(tree.resolve("secret"));

        assertThat(members(real))
                .filteredOn(member -> member.type() == MemberType.DELETED)
                .extracting(ImageMember::absolutePath)
                .containsExactly(tree.resolve("secret/x").toString());
    }

    @Test
    void one_that_became_a_file_meanwhile_is_the_file() throws IOException {
        Path secret = Files.createDirectory(tree.resolve("secret"));

        List<ImageMember> members = members(before("list", secret, () -> {
            if (Files.isDirectory(secret)) {
                Files.delete(secret);
                Files.writeString(secret, "plain");
            }
        }));

        assertThat(members)
                .extracting(member -> member.type() + " " + member.absolutePath())
                .containsExactly(
                        "DIRECTORY " + tree, "FILE " + tree.resolve("secret"), "DELETED " + tree.resolve("secret/x"));
    }

    @Test
    void one_that_is_gone_meanwhile_is_as_if_it_had_never_been_there() throws IOException {
        Path secret = Files.createDirectory(tree.resolve("secret"));

        List<ImageMember> members = members(before("list", secret, () -> Files.deleteIfExists(secret)));

        assertThat(members).extracting(ImageMember::absolutePath).containsExactly(tree.toString());
        assertThat(told).containsExactly(secret + " was gone before it was looked at");
    }

    @Test
    void a_tree_that_is_removed_meanwhile_is_told_of_in_a_few_lines() throws IOException {
        for (int i = 0; i < 200; i++) {
            Files.createFile(tree.resolve("x" + i));
        }

        members(before("status", tree.resolve("x0"), () -> {
            for (int i = 0; i < 200; i++) {
                Files.deleteIfExists(tree.resolve("x" + i));
            }
        }));

        assertThat(told).hasSize(51).last().asString().startsWith("and 150 more");
    }

    @Test
    void a_root_that_is_gone_or_that_nobody_can_list_fails() throws IOException {
        assertThatThrownBy(() -> members(without(tree))).hasMessageContaining("listing " + tree + " failed");
        Files.delete(tree);
        assertThatThrownBy(() -> members(real)).hasMessageContaining(FileFault.VANISHED.id());
        Files.createDirectory(tree);
    }

    @Test
    @Tag("D3")
    void more_attributes_than_an_image_can_hold_are_left_out_and_told_of() throws IOException {
        Path file = Files.createFile(tree.resolve("much"));

        List<ImageMember> members = members((HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("attributes") && file.equals(arguments[0])) {
                        Map<String, byte[]> much = new java.util.HashMap<>();
                        for (int i = 0; i < 20; i++) {
                            much.put("user." + i, new byte[64 << 10]);
                        }
                        return much;
                    }
                    return invoke(method, arguments);
                }));

        assertThat(members)
                .filteredOn(member -> member.absolutePath().equals(file.toString()))
                .singleElement()
                .satisfies(member -> {
                    assertThat(member.attributes().xattrs()).isEmpty();
                    assertThat(member.attributes().unread()).contains("more than 786432 bytes");
                });
    }

    private final List<String> told = new ArrayList<>();

    private interface Deed {
        void done() throws IOException;
    }

    /** What somebody does right before that call for that path. */
    private HostFiles before(String call, Path path, Deed deed) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call) && path.equals(arguments[0])) {
                        deed.done();
                    }
                    return invoke(method, arguments);
                });
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private List<ImageMember> members(HostFiles files) throws IOException {
        List<FileTree.Root> roots = List.of(new FileTree.Root(tree, tree, Set.of(), Set.of(), null));
        List<ImageMember> members = new ArrayList<>();
        Transcript transcript = new Transcript() {
            @Override
            public void line(String text) {
                told.add(text);
            }

            @Override
            public void sync() {}

            @Override
            public void close() {}
        };
        try (FileTree walk = new FileTree(
                files, roots, null, new TreeChanges(before(), roots), LateFiles.NONE, new Vanished(transcript))) {
            for (ImageMember member = walk.next(); member != null; member = walk.next()) {
                members.add(member);
            }
        }
        return members;
    }

    /** An earlier backup had {@code secret/x}. */
    private CatalogState before() {
        return new CatalogState() {
            @Override
            public StatePage folder(String folder, String from, int atMost) {
                List<StateObject> all = folder.equals(tree + "/")
                        ? List.of(object(tree + "/secret", 'd'))
                        : folder.equals(tree + "/secret/") ? List.of(object(tree + "/secret/x", 'f')) : List.of();
                return new StatePage(
                        all.stream()
                                .filter(each -> each.name().compareTo(from) >= 0)
                                .toList(),
                        null);
            }

            @Override
            public Map<BackupId, Share> shares(String path) {
                return Map.of();
            }
        };
    }

    private static StateObject object(String path, char type) {
        return new StateObject(
                new BackupId(1), new ObjectEntry(path, type, 0644, 0, 0, 0, Instant.EPOCH, null, null, 0));
    }

    private HostFiles without(Path unlisted) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list") && unlisted.equals(arguments[0])) {
                        throw new BackupException(
                                FileFault.PERMISSION, "listing " + unlisted + " failed", "Ask for the right.");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
