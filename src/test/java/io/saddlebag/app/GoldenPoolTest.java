package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pools of the first format, which every later version reads; never changed. One has a full and an incremental image of an ext4
 * volume of 2 MiB, made by {@code image backup}; one an image of files in three parts, made by {@code backup} with checkpoints.
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
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(disk)));
    }

    private static void copy(String vector, Path to) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(GoldenPoolTest.class.getResourceAsStream(VECTORS + vector), vector)) {
            Files.copy(in, to);
        }
    }
}
