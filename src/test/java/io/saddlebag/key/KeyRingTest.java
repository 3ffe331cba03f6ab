package io.saddlebag.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemoryBytes;
import io.saddlebag.image.SeekableBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("X10")
class KeyRingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] PLAIN = "what nobody shall read".getBytes(StandardCharsets.UTF_8);

    private final MemoryKeys shelf = new MemoryKeys();
    private final KeyRing keys = new KeyRing(shelf, new SecureRandom());

    private static byte[] encrypted(Encryption encryption) throws IOException {
        try (InputStream in = encryption.apply(new ByteArrayInputStream(PLAIN), Runnable::run)) {
            return in.readAllBytes();
        }
    }

    private byte[] decrypted(byte[] stored) throws IOException {
        try (InputStream in = keys.undo(new ByteArrayInputStream(stored), Runnable::run)) {
            return in.readAllBytes();
        }
    }

    @Test
    void a_generated_key_closes_and_opens_and_its_id_is_in_the_layers() throws IOException {
        KeyEntry made = keys.generate("nightly", NOW);

        Encryption encryption = keys.encryption("nightly");

        assertThat(made.kind()).isEqualTo(KeyEntry.Kind.IDENTITY);
        assertThat(encryption.layers()).containsExactly("age+" + made.keyIds().get(0));
        assertThat(encryption.warnings()).isEmpty();
        assertThat(Layers.names(Compression.ZSTD, encryption))
                .containsExactly("tar", "zstd", "age+" + made.keyIds().get(0));
        assertThat(Layers.fileSuffix(Layers.names(Compression.ZSTD, encryption)))
                .isEqualTo(".tar.zst.age");
        byte[] stored = encrypted(encryption);
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("nobody");
        assertThat(decrypted(stored)).isEqualTo(PLAIN);
    }

    @Test
    @Tag("Q4")
    void an_encrypted_image_yields_the_same_from_any_place_on() throws IOException {
        keys.generate("nightly", NOW);
        byte[] plain = new byte[300_000];
        new Random(1).nextBytes(plain);
        byte[] stored;
        try (InputStream in = keys.encryption("nightly").apply(new ByteArrayInputStream(plain), Runnable::run)) {
            stored = in.readAllBytes();
        }

        SeekableBytes image = keys.seek(new MemoryBytes(stored), Runnable::run);

        assertThat(image.length()).isEqualTo(plain.length);
        for (int offset : new int[] {0, 1, 65_535, 65_536, 65_537, 262_144, 299_999, 300_000}) {
            try (InputStream in = image.from(offset)) {
                assertThat(in.readAllBytes())
                        .as("from %s", offset)
                        .isEqualTo(Arrays.copyOfRange(plain, offset, plain.length));
            }
        }
        stored[stored.length - 40_000] ^= 1;
        assertThatThrownBy(() -> {
                    try (InputStream in = image.from(200_000)) {
                        in.readAllBytes();
                    }
                })
                .hasMessageContaining("is not as it was written");
    }

    @Test
    void several_names_are_several_recipients_each_once() throws IOException {
        KeyEntry nightly = keys.generate("nightly", NOW);
        KeyEntry offsite = keys.generate("offsite", NOW);
        shelf.recipients.put("both", shelf.recipients.get("nightly") + shelf.recipients.get("offsite"));

        assertThat(keys.encryption("nightly, offsite").layers())
                .isEqualTo(keys.encryption("both,nightly").layers())
                .containsExactly("age+" + nightly.keyIds().get(0) + "+"
                        + offsite.keyIds().get(0));

        byte[] stored = encrypted(keys.encryption("nightly,offsite"));
        shelf.identities.remove("nightly");
        assertThat(decrypted(stored)).isEqualTo(PLAIN);
        shelf.identities.remove("offsite");
        assertThatThrownBy(() -> decrypted(stored))
                .hasMessageStartingWith("SBG-K001 the image is encrypted for other keys");
    }

    @Test
    void a_missing_key_is_named_before_anything_is_read() throws IOException {
        KeyEntry nightly = keys.generate("nightly", NOW);
        KeyEntry other = keys.generate("other", NOW);
        List<String> layers = Layers.names(Compression.NONE, keys.encryption("nightly"));
        keys.require(layers);
        keys.require(List.of("tar", "zstd"));

        shelf.identities.remove("nightly");

        assertThatThrownBy(() -> keys.require(layers))
                .hasMessageStartingWith("SBG-K001 the image is encrypted for key "
                        + nightly.keyIds().get(0) + ", and this node has "
                        + other.keyIds().get(0));
    }

    @Test
    void what_this_node_could_not_read_again_is_a_warning_unless_its_key_is_in_escrow() throws IOException {
        keys.generate("nightly", NOW);
        keys.generate("offsite", NOW);
        shelf.identities.remove("offsite");

        assertThat(keys.encryption("offsite").warnings())
                .singleElement()
                .asString()
                .contains("can't read the image again");
        assertThat(keys.encryption("offsite,nightly").warnings()).isEmpty();
        shelf.escrow.add("offsite");
        assertThat(keys.encryption("offsite").warnings()).isEmpty();
        shelf.escrow.clear();
        shelf.readableByOthers.add("nightly");
        assertThat(keys.encryption("offsite").warnings())
                .singleElement()
                .asString()
                .contains("is not known");
    }

    @Test
    void a_password_is_called_by_its_name_and_stands_alone() throws IOException {
        keys.generate("nightly", NOW);
        shelf.passwords.put("paper", "correct horse battery\nthis line is none of it\n");

        Encryption encryption = keys.encryption("paper");

        assertThat(encryption.layers()).containsExactly("age+password.paper");
        byte[] stored = encrypted(encryption);
        assertThat(decrypted(stored)).isEqualTo(PLAIN);
        keys.require(List.of("tar", "age+password.paper"));
        assertThat(keys.show("paper").toString()).doesNotContain("horse");
        assertThatThrownBy(() -> keys.encryption("paper,nightly"))
                .hasMessageStartingWith("SBG-K005 an image can't be encrypted for a password and for other keys");
        shelf.passwords.put("renamed", shelf.passwords.remove("paper"));
        keys.require(List.of("tar", "age+password.paper"));
        assertThat(decrypted(stored)).isEqualTo(PLAIN);
        shelf.passwords.put("renamed", "wrong");
        assertThatThrownBy(() -> decrypted(stored)).hasMessageContaining("this node has password.renamed");
        shelf.passwords.put("renamed", "\n");
        assertThatThrownBy(() -> keys.encryption("renamed")).hasMessageContaining("the password is empty");
        shelf.passwords.clear();
        assertThatThrownBy(() -> keys.require(List.of("tar", "age+password.paper")))
                .hasMessageContaining("encrypted for key password.paper");
    }

    @Test
    void keys_that_are_not_there_or_too_many_or_broken_are_refused() throws IOException {
        assertThat(keys.encryption("")).isSameAs(Encryption.NONE);
        assertThat(keys.encryption("none")).isSameAs(Encryption.NONE);
        assertThatThrownBy(() -> keys.encryption("nightly"))
                .hasMessageStartingWith("SBG-K002 there is no key 'nightly'; known are none");
        assertThatThrownBy(() -> keys.encryption("../x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../x' is no name of a key");
        assertThatThrownBy(() -> keys.generate("none", NOW)).isInstanceOf(IllegalArgumentException.class);
        keys.generate("a", NOW);
        assertThatThrownBy(() -> keys.generate("a", NOW)).hasMessageStartingWith("SBG-K004");
        StringBuilder many = new StringBuilder("a");
        for (int i = 1; i <= KeyRing.MAX_RECIPIENTS; i++) {
            keys.generate("a" + i, NOW);
            many.append(",a").append(i);
        }
        assertThatThrownBy(() -> keys.encryption(many.toString()))
                .hasMessageContaining("are 8 recipients; an image can have 7");
        shelf.recipients.put("broken", "# a comment\n\nage1nonsense\n");
        assertThatThrownBy(() -> keys.encryption("broken"))
                .hasMessageContaining("config/keys/broken can't be used: line 3");
        shelf.recipients.put("broken", "# nothing\n");
        assertThatThrownBy(() -> keys.encryption("broken")).hasMessageContaining("there is no key in it");
        assertThat(keys.show("broken").trouble()).contains("there is no key in it");
        assertThat(keys.list()).extracting(KeyEntry::name).contains("a", "broken");
        assertThatThrownBy(() -> keys.show("nobody")).hasMessageStartingWith("SBG-K002");
    }

    @Test
    void the_ids_of_as_many_keys_as_are_allowed_fit_a_label() throws IOException {
        StringBuilder names = new StringBuilder("k1");
        for (int i = 1; i <= KeyRing.MAX_RECIPIENTS; i++) {
            keys.generate("k" + i, NOW);
            names.append(",k").append(i);
        }
        String text = String.join(",", Layers.names(Compression.ZSTD, keys.encryption(names.toString())));
        // UHL7, columns 5 to 80
        assertThat(text.length()).isLessThanOrEqualTo(76);
        shelf.passwords.put("p".repeat(32), "x");
        assertThat(String.join(",", Layers.names(Compression.ZSTD, keys.encryption("p".repeat(32))))
                        .length())
                .isLessThanOrEqualTo(76);
    }
}
