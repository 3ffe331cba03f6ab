package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupManifestTest {
    private static final String SYSTEM = "7710881282763721095";
    private static final List<String> FILES = List.of("backup_label", "base/1/112", "pg_tblspc/16384/PG_18/5/1");

    @Test
    @Tag("R12")
    void what_came_as_it_is_listed_is_good_and_journals_need_not_be_listed() throws IOException {
        assertThat(fault(ManifestText.of(SYSTEM, FILES), FILES)).isNull();
        assertThat(fault(
                        ManifestText.of(SYSTEM, FILES),
                        List.of(
                                "backup_label",
                                "base/1/112",
                                "pg_tblspc/16384/PG_18/5/1",
                                "pg_wal/000000010000000000000002")))
                .isNull();
    }

    @Test
    @Tag("R12")
    void a_path_that_is_no_utf_8_is_told_by_its_bytes() throws IOException {
        String manifest = ManifestText.signed("{ \"PostgreSQL-Backup-Manifest-Version\": 2, \"System-Identifier\": "
                + SYSTEM + ",\n\"Files\": [\n{ \"Encoded-Path\": \"62ff\", \"Size\": 3, \"Checksum-Algorithm\":"
                + " \"SHA256\", \"Checksum\": \"ab\" }\n],\n");
        try (BackupManifest read = BackupManifest.open()) {
            read.came(new byte[] {'b', (byte) 0xff}, 3, "ab");
            read.take(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));

            assertThat(read.fault(SYSTEM)).isNull();
        }
    }

    @Test
    @Tag("R12")
    void a_file_that_is_missing_is_told() throws IOException {
        assertThat(fault(ManifestText.of(SYSTEM, FILES), FILES.subList(0, 2)))
                .isEqualTo("pg_tblspc/16384/PG_18/5/1 is in its manifest, and didn't come");
    }

    @Test
    @Tag("R12")
    void a_file_that_is_not_listed_is_told() throws IOException {
        assertThat(fault(ManifestText.of(SYSTEM, FILES.subList(0, 2)), FILES))
                .isEqualTo("pg_tblspc/16384/PG_18/5/1 came, and isn't in its manifest");
        assertThat(fault(ManifestText.of(SYSTEM, FILES), List.of("backup_label", "base/x", "base/1/112")))
                .isEqualTo("base/x came, and its manifest says that base/1/112 was sent");
    }

    @Test
    @Tag("R12")
    void another_content_or_length_is_told() throws IOException {
        try (BackupManifest manifest = BackupManifest.open()) {
            manifest.came(bytes("backup_label"), ManifestText.SIZE, "00".repeat(32));
            manifest.take(new ByteArrayInputStream(bytes(ManifestText.of(SYSTEM, List.of("backup_label")))));

            assertThat(manifest.fault(SYSTEM)).startsWith("backup_label came with 12 bytes and checksum 0000");
        }
        try (BackupManifest manifest = BackupManifest.open()) {
            manifest.came(bytes("backup_label"), ManifestText.SIZE + 1, ManifestText.checksum("backup_label"));
            manifest.take(new ByteArrayInputStream(bytes(ManifestText.of(SYSTEM, List.of("backup_label")))));

            assertThat(manifest.fault(SYSTEM)).startsWith("backup_label came with 13 bytes");
        }
    }

    @Test
    @Tag("R12")
    void a_manifest_of_another_server_is_refused() throws IOException {
        assertThat(fault(ManifestText.of("1", FILES), FILES)).isEqualTo("its manifest is of system 1, not " + SYSTEM);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 200, 400})
    @Tag("R12")
    void a_manifest_that_is_cut_off_is_no_whole_one(int length) throws IOException {
        byte[] whole = bytes(ManifestText.of(SYSTEM, FILES));

        assertThat(fault(Arrays.copyOf(whole, length), FILES)).contains("manifest");
    }

    @Test
    @Tag("R12")
    void a_manifest_that_was_changed_is_told_by_its_own_checksum() throws IOException {
        String changed = ManifestText.of(SYSTEM, FILES).replace("base/1/112", "base/1/113");

        assertThat(fault(changed, List.of("backup_label", "base/1/113", "pg_tblspc/16384/PG_18/5/1")))
                .startsWith("its manifest has the checksum ");
    }

    @Test
    @Tag("R12")
    void what_is_no_manifest_of_a_known_version_is_refused() throws IOException {
        assertThat(fault(ManifestText.signed("[ 1,\n"), FILES)).isEqualTo("its manifest is no object");
        assertThat(fault(ManifestText.signed("{ \"Files\": { \"Path\": oh,\n"), FILES))
                .startsWith("its manifest can't be read: ");
        assertThat(fault(ManifestText.signed("{ \"PostgreSQL-Backup-Manifest-Version\": 3,\n"), FILES))
                .startsWith("its manifest is of version 3");
        assertThat(fault(ManifestText.signed("{ \"PostgreSQL-Backup-Manifest-Version\": 2,\n"), FILES))
                .isEqualTo("its manifest lists no files");
    }

    private static String fault(String manifest, List<String> files) throws IOException {
        return fault(bytes(manifest), files);
    }

    private static String fault(byte[] manifest, List<String> files) throws IOException {
        try (BackupManifest read = BackupManifest.open()) {
            for (String each : files) {
                read.came(bytes(each), ManifestText.SIZE, ManifestText.checksum(each));
            }
            read.take(new ByteArrayInputStream(manifest));
            return read.fault(SYSTEM);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
