package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single bytes of headers, by POSIX.1-2001. */
@Tag("M1")
class PaxFormTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 0, 1",
        "-1, 0, -1",
        "1, 500000000, 1.5",
        "-2, 500000000, -1.5",
        "-1, 1, -0.999999999",
        "-1, 999999999, -0.000000001",
        "1700000000, 123456789, 1700000000.123456789",
        "0, 10, 0.00000001"
    })
    void times_are_decimal_seconds(long seconds, long nanos, String text) {
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        assertThat(PaxTime.format(time)).isEqualTo(text);
        assertThat(PaxTime.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".5", "1.5x", "+1", "1e5", "999999999999999999", " 1", "1.2.3"})
    void what_is_no_time_is_none(String text) {
        assertThat(PaxTime.parse(text)).isNull();
    }

    @Test
    void what_is_finer_than_a_nanosecond_is_cut_off() {
        assertThat(PaxTime.parse("1.1234567899")).isEqualTo(Instant.ofEpochSecond(1, 123_456_789));
        assertThat(PaxTime.parse("1.")).isEqualTo(Instant.ofEpochSecond(1));
    }

    @ParameterizedTest
    @CsvSource({"1, 6", "4, 9", "5, 11", "93, 99", "94, 101", "992, 999", "993, 1001"})
    void a_record_counts_its_own_digits(int valueBytes, int length) {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        PaxRecords.append(to, "k", "v".repeat(valueBytes));

        assertThat(to.size()).isEqualTo(length);
        assertThat(to.toString(UTF_8)).isEqualTo(length + " k=" + "v".repeat(valueBytes) + "\n");
        assertThat(PaxRecords.parse(to.toByteArray())).containsOnlyKeys("k");
    }

    @Test
    void the_simplest_header_is_this() {
        byte[] header = MemberHeader.of(Members.file("d/a", "abc"));

        assertThat(header).hasSize(512);
        String text = new String(header, UTF_8);
        assertThat(text).startsWith("d/a\0");
        assertThat(text.substring(100, 157))
                .isEqualTo("0000644\0" + "0001750\0" + "0001751\0" + "00000000003\0" + "15176006051\0"
                        + text.substring(148, 156) + "0");
        assertThat(text.substring(257, 345))
                .isEqualTo("ustar\00000" + "anna" + "\0".repeat(28) + "staff" + "\0".repeat(27) + "0000000\0"
                        + "0000000\0");
        assertThat(text.substring(148, 156)).isEqualTo(String.format("%06o\0 ", sumOf(header)));
    }

    private static int sumOf(byte[] header) {
        byte[] blanked = header.clone();
        Arrays.fill(blanked, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : blanked) {
            sum += b & 0xff;
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "100, 0, true",
        "101, 0, false",
        "100, 155, true",
        "101, 155, false",
        "100, 156, false",
        "1, 155, true",
        "1, 156, false"
    })
    void ustar_holds_a_name_of_100_behind_a_prefix_of_155(int name, int prefix, boolean fits) {
        String path = (prefix == 0 ? "" : "p".repeat(prefix) + "/") + "n".repeat(name);
        byte[] header = MemberHeader.of(Members.file(path, ""));
        assertThat(header.length == 512).isEqualTo(fits);
    }

    @Test
    void each_edge_calls_for_its_record_and_none_before_it() {
        assertThat(recordsOf(new Owner(2_097_151, 2_097_151, "u".repeat(31), "g"), 077777777777L, 0))
                .isEmpty();
        assertThat(recordsOf(new Owner(2_097_152, 2_097_152, "u".repeat(32), "ü"), 0100000000000L, 1))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "uid",
                        "2097152",
                        "gid",
                        "2097152",
                        "uname",
                        "u".repeat(32),
                        "gname",
                        "ü",
                        "size",
                        "8589934592",
                        "mtime",
                        "1777863721.000000001"));
    }

    private static Map<String, String> recordsOf(Owner owner, long size, int nanos) {
        MemberAttributes attributes =
                MemberAttributes.of(0644, owner, MemberTimes.modified(Members.TIME.plusNanos(nanos)));
        byte[] header = MemberHeader.of(ImageMember.file(ByteString.of("f"), attributes, size, Content.NONE));
        if (header.length == 512) {
            return Map.of();
        }
        int bytes = Integer.parseInt(new String(header, 124, 11, UTF_8), 8);
        Map<String, String> records = new java.util.HashMap<>();
        Map<String, byte[]> parsed = PaxRecords.parse(Arrays.copyOfRange(header, 512, 512 + bytes));
        assertThat(parsed).isNotNull();
        parsed.forEach((keyword, value) -> records.put(keyword, new String(value, UTF_8)));
        return records;
    }

    @ParameterizedTest
    @CsvSource({"/, .", "/a/b, a/b", "a//b/, a/b", "./a, a", "'', ''", "../a, ../a", "./., ."})
    void paths_are_relative_and_plain(String raw, String path) {
        assertThat(MemberName.relative(ByteString.of(raw))).hasToString(path);
    }

    @Test
    @Tag("Q13")
    void members_that_can_not_be_are_a_mistake() {
        for (String path : new String[] {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0"}) {
            assertThatThrownBy(() -> Members.file(path, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no path of an image");
        }
        assertThatThrownBy(() -> Members.attributes(010000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MemberAttributes(
                        0,
                        Members.OWNER,
                        MemberTimes.modified(Members.TIME),
                        Map.of("user.x", ByteString.copyOf(new byte[800 << 10]))))
                .hasMessageContaining("over the limit");
    }
}
