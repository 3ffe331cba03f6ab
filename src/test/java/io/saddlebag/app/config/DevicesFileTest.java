package io.saddlebag.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.library.Element;
import io.saddlebag.tape.scsi.DriveTimeouts.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("M18")
class DevicesFileTest {
    private static final String GOOD = """
            drives:
              lto1:
                serial: DRV00001
                attachments: [{ sg: /dev/sg3 }, { iscsi: 'iscsi://10.0.0.5:3260/iqn.2026-01.example:vtl/1' }]
                density: LTO6
                compaction: false
                element: dte1
                cleaningInterval: 30d
                timeouts: { load: 3h, other: 90s }
              lto2: { attachments: [{ st: /dev/nst1, host: chicago }] }
            libraries:
              tower: { attachments: [{ sg: /dev/sg5 }], drives: [lto1, lto2], blockSize: 1MiB, probe: true }
            sharedLocks: /run/lock/ours
            """;

    @TempDir
    Path home;

    private DevicesConfig read(String yaml) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(DevicesFile.PLACE), yaml);
        return DevicesFile.read(home, Set.of("vault"));
    }

    @Test
    @Tag("E9")
    void the_example_of_the_documentation_is_valid() throws IOException {
        String page = Files.readString(Path.of("docs/hardware.md"));
        String yaml = page.substring(page.indexOf("```yaml") + 7, page.indexOf("```", page.indexOf("```yaml") + 7));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(DevicesFile.PLACE), yaml);

        DevicesConfig devices = DevicesFile.read(home, Set.of());

        assertThat(devices.libraries().get("vault").drives()).containsExactly("left", "right");
        assertThat(devices.drives().get("left").attachments()).hasSize(2);
    }

    @Test
    void devices_have_attachments_and_options() throws IOException {
        DevicesConfig devices = read(GOOD);

        DriveConfig drive = devices.drives().get("lto1");
        assertThat(drive.attachments())
                .extracting(AttachmentConfig::kind)
                .containsExactly(AttachmentConfig.Kind.SG, AttachmentConfig.Kind.ISCSI);
        assertThat(drive.element()).isEqualTo(Element.drive(1));
        assertThat(drive.cleaningInterval()).isEqualTo(Duration.ofDays(30));
        assertThat(drive.compaction()).isFalse();
        assertThat(drive.timeouts().timeouts().named())
                .isEqualTo(Map.of(Kind.LOAD, Duration.ofHours(3), Kind.OTHER, Duration.ofSeconds(90)));
        assertThat(devices.drives().get("lto2").attachments().get(0).host()).isEqualTo("chicago");
        assertThat(devices.libraries().get("tower").blockSize().bytes()).isEqualTo(1 << 20);
        assertThat(devices.libraries().get("tower").probe()).isTrue();
        assertThat(devices.libraries().get("tower").cleaningUses()).isEqualTo(50);
        assertThat(devices.sharedLocks()).isEqualTo("/run/lock/ours");
    }

    @ParameterizedTest
    @Tag("M7")
    @CsvSource({
        "compaction: false, AUTO",
        "logicalBlockProtection: auto, AUTO",
        "logicalBlockProtection: required, REQUIRED",
        "logicalBlockProtection: off, OFF"
    })
    void block_protection_is_used_where_it_is_offered_unless_told_otherwise(
            String line, DriveConfig.BlockProtection expected) throws IOException {
        DriveConfig drive =
                read(GOOD.replace("compaction: false", line)).drives().get("lto1");

        assertThat(drive.logicalBlockProtection()).isEqualTo(expected);
    }

    @Test
    @Tag("M18")
    void another_host_may_reach_a_drive_another_way_than_over_st() throws IOException {
        DevicesConfig devices =
                read(GOOD.replace("host: chicago }]", "host: chicago }, { sg: /dev/sg8, host: boston }]"));

        assertThat(devices.drives().get("lto2").attachments()).hasSize(2);
    }

    @Test
    void a_node_without_the_file_has_no_devices() throws IOException {
        assertThat(DevicesFile.read(home, Set.of())).isEqualTo(DevicesConfig.NONE);
        assertThat(read("").drives()).isEmpty();
    }

    @ParameterizedTest
    @Tag("E10")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "density: LTO6 | densty: LTO6 | :5:5: unknown option 'densty' in drives.lto1.densty; known are",
                "sg: /dev/sg3 | sg: dev/sg3 | 'dev/sg3' is no device; valid is an absolute path, e.g. /dev/sg3",
                "sg: /dev/sg3 | sg: /dev/sg3, st: /dev/nst0 | exactly one of sg, st, iscsi and windows",
                "sg: /dev/sg3 | windows: Tape0 | is no device of Windows",
                "st: /dev/nst1 | st: /dev/st1 | '/dev/st1' rewinds whenever it is closed; valid is /dev/nst1",
                "example:vtl/1 | example:vtl | is no iSCSI address; valid is iscsi://host:port/target/lun",
                "vtl/1' } | vtl/1', chap: { user: me, secretFile: x, secret: horse } } | unknown option 'secret' in drives.lto1.attachments.[1].chap.secret; known are secretFile, user",
                "vtl/1' } | vtl/1', chap: { user: me } } | option 'secretFile' is missing or misspelt",
                "vtl/1' } | vtl/1', chap: { user: 'm e', secretFile: x } } | a CHAP user is 1 to 254 ASCII characters without spaces",
                "sg: /dev/sg3 | sg: /dev/sg3, chap: { user: me, secretFile: x } | option 'chap' is for iscsi; /dev/sg3 asks for nobody",
                "load: 3h | lod: 3h | unknown option 'lod' in drives.lto1.timeouts.lod; known are erase, filemarks, load,",
                "load: 3h | load: 8d | drives.lto1.timeouts: a time-out of PT192H for LOAD; valid are 1s to 7d",
                "lto2: { | lto2: { timeouts: { load: 1h }, | option 'timeouts' is for sg and iscsi",
                "lto2: { | lto2: { persistentReservation: true, | option 'persistentReservation' is for sg and iscsi; over st",
                "lto2: { | lto2: { logicalBlockProtection: required, | option 'logicalBlockProtection: required' is for sg and iscsi; over st blocks travel",
                "lto2: { | lto2: { density: LTO6, | :10:3: drives.lto2: option 'density' is for sg and iscsi; over st the drive is used as",
                "lto2: { | lto2: { compaction: true, | option 'compaction' is for sg and iscsi; over st",
                "lto2: { | lto2: { quirks: [longReads], | option 'quirks' is for sg and iscsi; over st",
                "host: chicago }] | host: chicago }, { sg: /dev/sg8, host: chicago }] | attachment /dev/nst1 is over st, which fails over to no other",
                "host: chicago }] | host: chicago }, { sg: /dev/sg8 }] | attachment /dev/nst1 is over st, which fails over to no other",
                "compaction: false | logicalBlockProtection: always | drives.lto1: option 'logicalBlockProtection' is auto, required or off, not 'always'",
                "element: dte1 | element: se1 | drives.lto1: a drive stands in a drive element such as dte1,",
                "lto2: { | lto1: { | :10:7: drives: Duplicate field 'lto1'",
                "[lto1, lto2] | [lto1, lto3] | :12:45: libraries.tower.drives: there is no drive 'lto3'; there are [lto1, lto2]",
                "[lto1, lto2] | [lto1, lto1] | libraries.tower.drives: drive lto1 belongs to tower already",
                "sg: /dev/sg5 | sg: /dev/sg3 | :12:12: libraries.tower.attachments: attachment /dev/sg3 belongs to lto1 already",
                "sg: /dev/sg5 | st: /dev/nst5 | a library has no st attachment",
                "tower: | vault: | :12:3: libraries.vault: there is a library of this name in config/saddlebag.yaml",
                "probe: true | cleaningUses: 0 | cleaningUses is a number from 1, not 0",
                "lto2: { | lto2: { serial: DRV00001, | :10:11: drives.lto2.serial: serial number DRV00001 belongs to lto1 already",
                "lto2: { | lto2: { wwn: 0x5000, | '0x5000' is no world wide name; valid are 16 or 32 hexadecimal digits",
            })
    void a_wrong_option_is_told_with_its_line(String right, String wrong, String why) {
        assertThatThrownBy(() -> read(GOOD.replace(right, wrong)))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(ConfigFault.MALFORMED)).isTrue())
                .hasMessageContaining(home.resolve(DevicesFile.PLACE).toString())
                .hasMessageContaining(why);
    }
}
