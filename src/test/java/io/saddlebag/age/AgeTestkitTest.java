package io.saddlebag.age;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The vectors that age's implementations are compared with (https://age-encryption.org/testkit), where somebody has them:
 * {@code -Dage.testkit=FOLDER}. Those in armor, and for hybrid keys, are left out: neither is written or read here.
 */
@Tag("X10")
@Tag("Q13")
class AgeTestkitTest {
    @Test
    void every_vector_of_the_testkit_ends_as_it_says() throws Exception {
        String folder = System.getProperty("age.testkit");
        assumeTrue(folder != null, "age's testkit isn't part of the project; -Dage.testkit names its folder");
        List<String> wrong = new ArrayList<>();
        int tried = 0;
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith("armor") || name.startsWith("hybrid")) {
                    continue;
                }
                tried++;
                String got = outcome(file);
                if (!got.isEmpty()) {
                    wrong.add(name + ": " + got);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThan(50);
    }

    /** @return empty when it is as expected */
    private static String outcome(Path file) throws Exception {
        byte[] all = Files.readAllBytes(file);
        Map<String, String> says = new HashMap<>();
        List<Identity> identities = new ArrayList<>();
        int at = 0;
        while (all[at] != '\n') {
            int end = at;
            while (all[end] != '\n') {
                end++;
            }
            String[] pair = new String(all, at, end - at, UTF_8).split(": ", 2);
            says.put(pair[0], pair[1]);
            if (pair[0].equals("identity")) {
                try {
                    identities.add(X25519Identity.parse(pair[1]));
                } catch (IllegalArgumentException e) {
                    return "no match".equals(says.get("expect")) ? "" : "identity: " + e.getMessage();
                }
            } else if (pair[0].equals("passphrase")) {
                identities.add(new Password("testkit", pair[1]));
            }
            at = end + 1;
        }
        byte[] stored = Arrays.copyOfRange(all, at + 1, all.length);
        if ("zlib".equals(says.get("compressed"))) {
            stored = new InflaterInputStream(new ByteArrayInputStream(stored)).readAllBytes();
        }
        TestKeys.Opened opened = TestKeys.open(
                new ByteArrayInputStream(stored), TestKeys.SAME_THREAD, identities.toArray(new Identity[0]));
        return compare(says, opened);
    }

    private static String compare(Map<String, String> says, TestKeys.Opened opened) throws Exception {
        String expect = String.valueOf(says.get("expect"));
        boolean success = opened.failure() == null;
        if (expect.equals("success") != success) {
            return "expected " + expect + ", got " + opened.failure();
        }
        boolean missing = opened.failure() != null && opened.failure().is(KeyFault.KEY_MISSING);
        if (expect.equals("no match") != missing) {
            return "expected " + expect + ", got " + opened.failure();
        }
        if (expect.equals("header failure") || expect.equals("HMAC failure") || expect.equals("no match")) {
            return opened.plain().length == 0 ? "" : "handed out bytes";
        }
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(opened.plain()));
        return hash.equals(says.get("payload")) ? "" : "other bytes: " + opened.plain().length;
    }
}
