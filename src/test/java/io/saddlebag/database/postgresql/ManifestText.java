package io.saddlebag.database.postgresql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Manifests as a server writes them, of files whose content is their path, cut or filled to a length. */
final class ManifestText {
    static final int SIZE = 12;

    private ManifestText() {}

    static byte[] content(String path) {
        return java.util.Arrays.copyOf(path.getBytes(StandardCharsets.UTF_8), SIZE);
    }

    static String checksum(String path) {
        return sha256(content(path));
    }

    static String of(String system, List<String> paths) {
        return signed("{ \"PostgreSQL-Backup-Manifest-Version\": 2,\n\"System-Identifier\": " + system
                + ",\n\"Files\": [\n"
                + paths.stream()
                        .map(path -> "{ \"Path\": \"" + path + "\", \"Size\": " + SIZE
                                + ", \"Last-Modified\": \"2026-11-22 06:37:46 GMT\","
                                + " \"Checksum-Algorithm\": \"SHA256\", \"Checksum\": \"" + checksum(path) + "\" }")
                        .collect(Collectors.joining(",\n"))
                + "\n],\n\"WAL-Ranges\": [\n{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000120\""
                + " }\n],\n");
    }

    /** With the line that has the checksum of all before. */
    static String signed(String beginning) {
        return beginning + "\"Manifest-Checksum\": \"" + sha256(beginning.getBytes(StandardCharsets.UTF_8)) + "\"}\n";
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
