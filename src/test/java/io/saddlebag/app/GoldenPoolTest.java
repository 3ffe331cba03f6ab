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
 * A pool of the first format, with a full and an incremental image of an ext4 volume of 2 MiB, which every later version reads.
 * It was made by {@code image backup}, and is never changed.
 */
@Tag("Q14")
@Tag("M24")
@Tag("D9")
final class GoldenPoolTest {
    private static final String VECTORS = "/vectors/pool-v1/";
    private static final List<String> IMAGES =
            List.of("image-flq9ifs9mrp5lkeu6np8.1.tar.zst", "image-9m7snssm6no712l7uogl.1.tar.zst");

    @TempDir
    Path folder;

    @Test
    void its_images_are_read_into_a_catalog_and_restored_bit_by_bit() throws Exception {
        Path home = folder.resolve("home");
        Path pool = Files.createDirectories(home.resolve("pool/_none"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "pools:\n  disk: { folder: pool, reserve: 1MiB }\n");
        copy("pool-marker.json", home.resolve("pool/.saddlebag-pool.json"));
        for (String image : IMAGES) {
            copy("_none/" + image, pool.resolve(image));
            copy("_none/" + image + ".json", pool.resolve(image + ".json"));
        }

        assertThat(CommandLineInProcess.run(home, "catalog", "import", "disk")
                        .ok()
                        .out())
                .contains("2 backups were read in");

        assertThat(restored(home, IMAGES.get(0)))
                .isEqualTo("546af2b4e78e73ab3c8ed87a8c7af80a0ec757ea8aa5c8e93b236eb809d61917");
        assertThat(restored(home, IMAGES.get(1)))
                .isEqualTo("9981b90d0d8937a1fc13b65e93024bc20e4b49678e323c4e793951b10c46bb8c");
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
