package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M18")
class IscsiAddressTest {
    @ParameterizedTest
    @CsvSource({
        "iscsi://tapes.example/iqn.2026-01.example:vtl/1, tapes.example, 3260, 1, iscsi://tapes.example:3260/iqn.2026-01.example:vtl/1",
        "iscsi://10.0.0.1:1/iqn.2026-01.example:vtl/0, 10.0.0.1, 1, 0, iscsi://10.0.0.1:1/iqn.2026-01.example:vtl/0",
        "iscsi://[fe80::1]:65535/iqn.2026-01.example:vtl/16383, fe80::1, 65535, 16383, iscsi://[fe80::1]:65535/iqn.2026-01.example:vtl/16383",
    })
    void reads_host_port_target_and_unit(String text, String host, int port, int lun, String written) {
        IscsiAddress address = IscsiAddress.parse(text);

        assertThat(address).isEqualTo(new IscsiAddress(host, port, "iqn.2026-01.example:vtl", lun));
        assertThat(address).hasToString(written);
        assertThat(IscsiAddress.parse(written)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "iscsi://",
                "iscsi://host",
                "iscsi://host/iqn.x:y",
                "iscsi://host/iqn.x:y/",
                "iscsi://host/iqn.x:y/one",
                "iscsi://host/iqn.x:y/1/2",
                "iscsi://host/iqn.x:y/16384",
                "iscsi://host/iqn.x:y/-1",
                "iscsi://host/target/1",
                "iscsi://host/iqn.x y/1",
                "iscsi://host:0/iqn.x:y/1",
                "iscsi://host:65536/iqn.x:y/1",
                "iscsi://host:/iqn.x:y/1",
                "iscsi://:3260/iqn.x:y/1",
                "iscsi://ho st/iqn.x:y/1",
                "iscsi://[fe80::1/iqn.x:y/1",
                "http://host/iqn.x:y/1"
            })
    void refuses_all_else(String text) {
        assertThatThrownBy(() -> IscsiAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_a_secret_in_an_address_without_repeating_it() {
        assertThatThrownBy(() -> IscsiAddress.parse("iscsi://me%hidden@host/iqn.x:y/1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an iSCSI address has no user and no secret in it: they are configured apart");
    }

    @Test
    void refuses_names_that_the_library_would_cut_off() {
        String longest = "iqn." + "x".repeat(219);

        assertThat(new IscsiAddress("host", 1, longest, 0).target()).hasSize(223);
        assertThatThrownBy(() -> new IscsiAddress("host", 1, longest + "x", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new IscsiAddress("h".repeat(201), 1, longest, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takes_a_secret_from_a_file_or_a_variable_only_when_it_has_one() throws IOException {
        assertThat(secret(file("one\r\ntwo\n"))).isEqualTo("one");
        assertThat(secret(file("é".repeat(127)))).isEqualTo("é".repeat(127));
        assertThat(secret(ChapLogin.fromVariable("me", Map.of("S", "one"), "S")))
                .isEqualTo("one");
        for (String wrong : new String[] {"", "\nsecond", "x".repeat(255), "a\0b"}) {
            assertThatThrownBy(() -> file(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the CHAP secret in its file has ");
        }
        assertThatThrownBy(() -> ChapLogin.fromVariable("me", Map.of(), "S"))
                .hasMessage("there is no environment variable S with a CHAP secret");
    }

    private static ChapLogin file(String content) throws IOException {
        return ChapLogin.read("me", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static String secret(ChapLogin login) {
        byte[] bytes = login.terminatedSecret();
        return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
    }
}
