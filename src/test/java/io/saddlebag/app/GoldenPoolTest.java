package io.saddlebag.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileTimes;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.RawPath;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pools of the first format, which every later version reads; never changed. One has a full and an incremental image of an ext4
 * volume of 2 MiB, made by {@code image backup}; one an image of files in three parts, made by {@code backup} with checkpoints; one a
 * full backup of a dataset and one of level 10 on top of it, with holes, access control lists, flags, and what is there no more.
 */
@Tag("Q14")
@Tag("M24")
@Tag("D9")
final class GoldenPoolTest {
    private static final String VECTORS = "/vectors/pool-";
    private static final List<String> VOLUME_IMAGES =
            List.of("image-flq9ifs9mrp5lkeu6np8.1.tar.zst", "image-9m7snssm6no712l7uogl.1.tar.zst");
    private static final List<String> PARTS = List.of(
            "image-4q1piqsr7b640a452pva.1.tar.zst",
            "image-4q1piqsr7b640a452pva.2.tar.zst",
            "image-4q1piqsr7b640a452pva.3.tar.zst");

    private static final List<String> LEVELS =
            List.of("image-upfgogcmr3djv365qtqu.1.tar.zst", "image-b9t8qg0k68ig1t1m78n1.1.tar.zst");
    private static final LocalFiles HOST = new LocalFiles(new LinuxPosix());

    @TempDir
    Path folder;

    @Test
    void images_of_volumes_are_read_into_a_catalog_and_restored_bit_by_bit() throws Exception {
        Path home = pool("v1/", VOLUME_IMAGES);

        assertThat(CommandLineInProcess.run(home, "catalog", "import", "disk")
                        .ok()
                        .out())
                .contains("2 backups were read in");

        assertThat(restored(home, VOLUME_IMAGES.get(0)))
                .isEqualTo("546af2b4e78e73ab3c8ed87a8c7af80a0ec757ea8aa5c8e93b236eb809d61917");
        assertThat(restored(home, VOLUME_IMAGES.get(1)))
                .isEqualTo("9981b90d0d8937a1fc13b65e93024bc20e4b49678e323c4e793951b10c46bb8c");
    }

    @Test
    @Tag("D6")
    void an_image_in_parts_is_read_into_a_catalog_verified_and_restored() throws Exception {
        Path home = pool("v1-parts/", PARTS);

        assertThat(CommandLineInProcess.run(home, "catalog", "import", "disk")
                        .ok()
                        .out())
                .contains("1 backups were read in");
        CommandLineInProcess.run(home, "verify", "1").ok();
        Path to = folder.resolve("to");
        CommandLineInProcess.run(home, "restore", "docs", "--to", to.toString()).ok();

        MessageDigest all = MessageDigest.getInstance("SHA-256");
        for (String name : List.of("file1", "file2", "file3", "file4", "file5", "file6", "sub/deep")) {
            all.update(Files.readAllBytes(to.resolve("srv/docs").resolve(name)));
        }
        assertThat(HexFormat.of().formatHex(all.digest()))
                .isEqualTo("28f7dba9d9020974ea51b706304b3e1805d5e0a9d074ed8f9477c1b3e5046736");
        assertThat(Files.isSameFile(to.resolve("srv/docs/file1"), to.resolve("srv/docs/hard")))
                .isTrue();
        assertThat(Files.readSymbolicLink(to.resolve("srv/docs/soft"))).hasToString("file2");
    }

    @Test
    @Tag("D2")
    @Tag("D3")
    void a_backup_on_top_of_another_is_read_into_a_catalog_and_both_states_come_back() throws Exception {
        Path home = pool("v1-levels/", LEVELS);
        assertThat(CommandLineInProcess.run(home, "catalog", "import", "disk")
                        .ok()
                        .out())
                .contains("2 backups were read in");

        Path old = restoredTree(home, "old", "--as-of", "2026-11-22T09:52:40Z");
        assertThat(names(old))
                .containsExactlyInAnyOrder(
                        "acl",
                        "changed",
                        "flags",
                        "folder",
                        "gone",
                        "gone/file",
                        "gone/in",
                        "gone/in/file",
                        "hard1",
                        "hard2",
                        "holes",
                        "kept",
                        "odd\u00ff\nname",
                        "old-name",
                        "pipe",
                        "soft",
                        "xattr");
        assertThat(old.resolve("changed")).hasContent("changed 1\n");
        assertThat(Files.isSameFile(old.resolve("hard1"), old.resolve("hard2"))).isTrue();
        assertThat(Files.readSymbolicLink(old.resolve("soft"))).hasToString("kept");
        assertThat(HOST.flags(old.resolve("flags"))).contains(FileFlag.NO_DUMP);
        assertThat(attributes(old, "xattr")).containsEntry("user.colour", "chestnut");
        assertThat(attributes(old, "folder")).containsKey("system.posix_acl_default");

        Path now = restoredTree(home, "now");
        assertThat(names(now))
                .containsExactlyInAnyOrder(
                        "acl",
                        "changed",
                        "flags",
                        "folder",
                        "hard2",
                        "hard3",
                        "holes",
                        "holes2",
                        "kept",
                        "new-name",
                        "pipe",
                        "soft",
                        "xattr");
        assertThat(now.resolve("changed")).hasContent("changed 2, longer\n");
        assertThat(Files.isSameFile(now.resolve("hard2"), now.resolve("hard3"))).isTrue();
        assertThat(Files.readSymbolicLink(now.resolve("soft"))).hasToString("changed");
        assertThat(HOST.flags(now.resolve("flags"))).doesNotContain(FileFlag.NO_DUMP);
        assertThat(HOST.flags(now.resolve("acl"))).contains(FileFlag.NO_DUMP);
        assertThat(attributes(now, "xattr")).containsEntry("user.colour", "bay");
        assertThat(attributes(now, "folder")).doesNotContainKey("system.posix_acl_default");
        assertThat(HexFormat.of().formatHex(HOST.attributes(now.resolve("acl")).get("system.posix_acl_access")))
                .isEqualTo("02000000" + "01000600ffffffff" + "02000400ea030000" + "04000400ffffffff"
                        + "08000600eb030000" + "10000600ffffffff" + "20000400ffffffff");
        assertThat(digest(now.resolve("holes")))
                .isEqualTo("346fde5e50a39e114940a201cc5e8c5a8dbf578375f0d09f8762e30e24305d39");
        assertThat(HOST.dataRanges(now.resolve("holes"), 10))
                .containsExactly(new DataRange(131_072, 4096), new DataRange(524_288, 8192));
        assertThat(digest(now.resolve("holes2")))
                .isEqualTo("1c80e6ca988e6a3c5ae3a901dbf10aa2e2452285adf56ec997855e80354edafe");
        assertThat(HOST.dataRanges(now.resolve("holes2"), 10)).containsExactly(new DataRange(0, 4096));
        FileTimes kept = HOST.status(now.resolve("kept")).times();
        assertThat(kept.modified()).isEqualTo("2023-11-14T22:13:20.123456789Z");
        assertThat(kept.accessed()).isEqualTo("2022-11-14T22:13:20.000000001Z");
        assertThat(HOST.status(now.resolve("holes2")).times().modified()).isEqualTo("2024-01-01T00:00:00.000000001Z");
    }

    private Path restoredTree(Path home, String name, String... more) throws Exception {
        Path to = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("restore", "levels", "--to", to.toString()));
        command.addAll(List.of(more));
        CommandLineInProcess.run(home, command.toArray(String[]::new)).ok();
        return to.resolve("srv/levels");
    }

    /** Of everything in a tree, a character for each byte. */
    private static List<String> names(Path tree) throws Exception {
        try (Stream<Path> all = Files.walk(tree)) {
            return all.filter(path -> !path.equals(tree))
                    .map(path -> new String(RawPath.bytes(tree.relativize(path)), ISO_8859_1))
                    .toList();
        }
    }

    private static Map<String, String> attributes(Path tree, String name) throws Exception {
        Map<String, String> texts = new TreeMap<>();
        HOST.attributes(tree.resolve(name)).forEach((key, value) -> texts.put(key, new String(value, ISO_8859_1)));
        return texts;
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private Path pool(String vectors, List<String> files) throws Exception {
        Path home = folder.resolve("home");
        Path pool = Files.createDirectories(home.resolve("pool/_none"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "pools:\n  disk: { folder: pool, reserve: 1MiB }\n");
        copy(vectors + "pool-marker.json", home.resolve("pool/.saddlebag-pool.json"));
        for (String file : files) {
            copy(vectors + "_none/" + file, pool.resolve(file));
            copy(vectors + "_none/" + file + ".json", pool.resolve(file + ".json"));
        }
        return home;
    }

    /** @return the SHA-256 of the volume */
    private String restored(Path home, String image) throws Exception {
        Path disk = folder.resolve(image + ".raw");
        String id = "";
        for (var backup : CommandLineInProcess.run(home, "lsbu", "--json").ok().json()) {
            if (backup.path("files").get(0).path("path").asText().endsWith(image)) {
                id = backup.path("id").asText();
            }
        }
        CommandLineInProcess.run(home, "verify", id).ok();
        CommandLineInProcess.run(home, "image", "restore", id, "--to", disk.toString())
                .ok();
        return digest(disk);
    }

    private static void copy(String vector, Path to) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(GoldenPoolTest.class.getResourceAsStream(VECTORS + vector), vector)) {
            Files.copy(in, to);
        }
    }
}
