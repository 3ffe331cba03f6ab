package io.saddlebag.age;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.image.ImageReader;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemberSink;
import io.saddlebag.key.KeyRing;
import io.saddlebag.key.MemoryKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted images of every version that was released are read. Their keys protect nothing else. */
@Tag("Q14")
@Tag("X10")
@Tag("M1")
class GoldenEncryptedImageTest {
    private static final String VECTORS = "/vectors/image/";
    private static final String IDENTITY = "v1.identity.txt";
    private static final String IN_PARTS = "v1-parts.tar.zst.age";
    private static final String PASSWORD = "golden password";

    private static byte[] vector(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(GoldenEncryptedImageTest.class.getResourceAsStream(VECTORS + name), name)) {
            return in.readAllBytes();
        }
    }

    private static KeyRing keys() throws IOException {
        MemoryKeys keys = new MemoryKeys();
        keys.identities.put("golden", new String(vector(IDENTITY), StandardCharsets.US_ASCII));
        keys.passwords.put("paper", PASSWORD);
        return new KeyRing(keys, TestKeys.RANDOM);
    }

    /** Writes the vectors into a folder, with the key that is there; only that of an image in parts when "parts" is said. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        if (arguments.length > 1 && arguments[1].equals("parts")) {
            writeParts(folder);
            return;
        }
        SecureRandom random = new SecureRandom();
        X25519Identity identity = X25519Identity.generate(random);
        Files.writeString(folder.resolve(IDENTITY), identity.secretText() + "\n");
        List<Recipient> several = List.of(X25519Identity.generate(random).recipient(), identity.recipient());
        write(folder.resolve("v1.tar.zst.age"), several, random);
        write(folder.resolve("v1-password.tar.zst.age"), List.of(new Password("paper", PASSWORD)), random);
    }

    /** Adds the vector of an image in parts to those that are there, for their key. */
    static void writeParts(Path folder) throws IOException {
        SecureRandom random = new SecureRandom();
        X25519Identity identity = X25519Identity.parse(new String(vector(IDENTITY), StandardCharsets.US_ASCII).strip());
        try (OutputStream all = Files.newOutputStream(folder.resolve(IN_PARTS))) {
            for (int part = 1; part <= 3; part++) {
                String name = "/vectors/pool-v1-parts/_none/image-4q1piqsr7b640a452pva." + part + ".tar.zst";
                try (InputStream plain =
                                Objects.requireNonNull(GoldenEncryptedImageTest.class.getResourceAsStream(name), name);
                        InputStream sealed =
                                AgeFile.encrypt(plain, List.of(identity.recipient()), random, Runnable::run)) {
                    sealed.transferTo(all);
                }
            }
        }
    }

    @Test
    @Tag("D6")
    void version_1_in_parts_is_read() throws IOException {
        try (ImageReader reader =
                ImageReader.open(Layers.detect(new ByteArrayInputStream(vector(IN_PARTS)), keys(), Runnable::run))) {
            assertThat(reader.manifest().orElseThrow().image()).isEqualTo("image-4q1piqsr7b640a452pva");
            assertThat(reader.readAll(MemberSink.NOWHERE).members()).isPositive();
        }
    }

    private static void write(Path file, List<Recipient> recipients, SecureRandom random) throws IOException {
        try (InputStream in =
                AgeFile.encrypt(new ByteArrayInputStream(vector("v1.tar.zst")), recipients, random, Runnable::run)) {
            Files.write(file, in.readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.tar.zst.age", "v1-password.tar.zst.age"})
    void version_1_is_read(String name) throws IOException {
        try (ImageReader reader =
                ImageReader.open(Layers.detect(new ByteArrayInputStream(vector(name)), keys(), Runnable::run))) {
            assertThat(reader.manifest().orElseThrow().image()).isEqualTo("20260504-030201-orders");
            assertThat(reader.readAll(MemberSink.NOWHERE).members()).isEqualTo(12);
        }
    }
}
