package io.saddlebag.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("X10")
class KeyTextTest {
    // of the age specification's examples
    private static final String SECRET = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private static final String PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    @Test
    void keys_are_written_as_age_writes_them() {
        X25519Identity identity = X25519Identity.parse(SECRET);

        assertThat(identity.secretText()).isEqualTo(SECRET);
        assertThat(identity.recipient()).hasToString(PUBLIC).isEqualTo(X25519Recipient.parse(PUBLIC));
        assertThat(identity.recipient().hashCode())
                .isEqualTo(X25519Recipient.parse(PUBLIC).hashCode());
        assertThat(identity.keyId()).isEqualTo(identity.recipient().keyId()).matches("[0-9a-f]{8}");
    }

    @Test
    @Tag("X13")
    void a_secret_never_shows_by_accident() {
        X25519Identity identity = X25519Identity.parse(SECRET);
        assertThat(identity.toString()).doesNotContainIgnoringCase("SECRET").contains(PUBLIC);
        assertThat(new Password("paper", "correct horse")).hasToString("password.paper");
        assertThatThrownBy(() -> X25519Identity.parse(SECRET.replace('X', 'Y')))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("GFPYY"));
        // a secret key where a public one belongs
        assertThatThrownBy(() -> X25519Recipient.parse(SECRET))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("GFPYY"));
    }

    @Test
    void mistyped_keys_are_told_apart() {
        assertThatThrownBy(() -> X25519Recipient.parse(PUBLIC.replace('z', 'q')))
                .hasMessageContaining("its checksum is wrong");
        assertThatThrownBy(() -> X25519Recipient.parse("Age1" + PUBLIC.substring(4)))
                .hasMessageContaining("mixes upper and lower case");
        assertThatThrownBy(() -> X25519Recipient.parse("ssh-ed25519 aaaa"))
                .hasMessageContaining("does not begin with age1");
        assertThatThrownBy(() -> X25519Recipient.parse("age1b")).hasMessageContaining("no key has");
        assertThatThrownBy(() -> X25519Recipient.parse(Bech32.encode("age", new byte[31])))
                .hasMessageContaining("no X25519 recipient");
        assertThatThrownBy(() -> X25519Recipient.parse(PUBLIC.toUpperCase(java.util.Locale.ROOT)))
                .hasMessageContaining("lower case");
        assertThatThrownBy(() -> X25519Identity.parse(Bech32.encode("age-secret-key-", new byte[33])))
                .hasMessageContaining("33 bytes");
        assertThatThrownBy(() -> new Password("paper", "")).hasMessageContaining("empty");
    }

    @Test
    @Tag("Q13")
    void no_mistake_of_one_character_passes() {
        Random random = new Random(5);
        String digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder(PUBLIC);
            int at = 4 + random.nextInt(PUBLIC.length() - 4);
            char other = digits.charAt(random.nextInt(32));
            if (text.charAt(at) != other) {
                text.setCharAt(at, other);
                assertThatThrownBy(() -> X25519Recipient.parse(text.toString()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
