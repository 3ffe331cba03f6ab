package io.saddlebag.scsi;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Recording densities by the names that operators use (M5), with their codes in SSC-3, 8.3.2. */
public enum TapeDensity {
    /** What drive and medium choose. */
    DEFAULT("DEFAULT", 0x00),
    D800("800", 0x01),
    /** TK50 in block mode. */
    D833("833", 0x0a),
    D1600("1600", 0x02),
    D6250("6250", 0x03),
    D3480("3480", 0x09),
    D3490E("3490E", 0x28),
    TK50("TK50", 0x0a),
    TK70("TK70", 0x16),
    TK85("TK85", 0x17),
    TK86("TK86", 0x18),
    TK87("TK87", 0x19),
    TK88("TK88", 0x1a),
    TK89("TK89", 0x1b),
    /** The drive chooses among the formats of its cartridges. */
    QIC("QIC", 0x00),
    D8200("8200", 0x14),
    D8500("8500", 0x15),
    D8900("8900", 0x27),
    DLT8000("DLT8000", 0x41),
    SDLT("SDLT", 0x48),
    SDLT320("SDLT320", 0x49),
    SDLT600("SDLT600", 0x4a),
    DDS1("DDS1", 0x13),
    DDS2("DDS2", 0x24),
    DDS3("DDS3", 0x25),
    DDS4("DDS4", 0x26),
    AIT1("AIT1", 0x30),
    AIT2("AIT2", 0x31),
    AIT3("AIT3", 0x32),
    AIT4("AIT4", 0x33),
    LTO1("LTO1", 0x40),
    LTO2("LTO2", 0x42),
    LTO3("LTO3", 0x44),
    LTO4("LTO4", 0x46),
    LTO5("LTO5", 0x58),
    LTO6("LTO6", 0x5a),
    LTO7("LTO7", 0x5c),
    LTO8("LTO8", 0x5e),
    LTO9("LTO9", 0x60),
    LTO10("LTO10", 0x62);

    private final String label;
    private final int code;

    TapeDensity(String label, int code) {
        this.label = label;
        this.code = code;
    }

    /** As an operator writes it. */
    public String label() {
        return label;
    }

    /** 0 to 255; 0 leaves the choice to the drive. */
    public int code() {
        return code;
    }

    /** @param label in any case; empty when there is no such density */
    public static Optional<TapeDensity> ofLabel(String label) {
        String wanted = label.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(d -> d.label.equals(wanted)).findFirst();
    }

    /** All names, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(TapeDensity::label).collect(Collectors.joining(" "));
    }

    /** For messages: the names of a code, and the code. */
    public static String nameOf(int code) {
        String names = Arrays.stream(values())
                .filter(d -> d.code == code && code != 0)
                .map(TapeDensity::label)
                .collect(Collectors.joining("/"));
        String hex = String.format(Locale.ROOT, "%02xh", code);
        return names.isEmpty() ? hex : names + " (" + hex + ")";
    }
}
