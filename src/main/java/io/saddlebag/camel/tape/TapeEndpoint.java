package io.saddlebag.camel.tape;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.node.Node;
import io.saddlebag.tapeoption.TapeOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image to volumes of a library and makes it a backup.
 *
 * The body is the image that a backup step made. When the step is through, every byte and label is durable on the volumes, and
 * the backup is in the catalog. Drives, cartridges and labels are the business of library endpoints.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "tape",
        title = "Saddlebag Tape",
        syntax = "tape:library",
        category = {Category.FILE, Category.IOT},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class TapeEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The library's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String library;

    @UriParam(description = "Media family of the volumes to write on; else volumes that belong to none.")
    private @Nullable String family;

    @UriParam(
            defaultValue = "old_file",
            enums = "old_file,new_tape",
            description =
                    "How blocks stand on tape: old_file as bare slices of the image, new_tape with protected framing, where one lost block of a group is rebuilt.")
    private @Nullable String format;

    @UriParam(
            description =
                    "Length of blocks on tape, 2048 to 65024 or as long as the drive takes, as in 64k; else the library's. Only with format=new_tape.")
    private @Nullable String blockSize;

    @UriParam(
            defaultValue = "autodin-ii",
            enums = "none,checksum,autodin-ii",
            description = "How blocks prove themselves. Only with format=new_tape.")
    private @Nullable String crc;

    @UriParam(
            defaultValue = "10",
            description =
                    "Data blocks that share a recovery block, 0 to 100; 0 for no recovery blocks. Only with format=new_tape.")
    private @Nullable String groupSize;

    @UriParam(
            defaultValue = "3",
            description = "Buffers between what makes the image and the drive, 1 to 5. Only with format=new_tape.")
    private @Nullable String activeIo;

    @UriParam(
            defaultValue = "1",
            description =
                    "Drives that write at once, 1 to 16: the image is spread over them, and read back by as many. Goes on with fewer when not all are free.")
    private @Nullable String drives;

    @UriParam(
            defaultValue = "false",
            enums = "true,false",
            description =
                    "Whether the image begins a volume that is labelled anew; else it is appended. Nothing valid is overwritten. Only with format=new_tape.")
    private @Nullable String rewind;

    @UriParam(
            description =
                    "Density and compaction that the drive should write with, as in LTO3,nocompaction; else the drive's. Only with format=new_tape.")
    private @Nullable String density;

    @UriParam(
            description =
                    "Labels of 1 to 6 characters that the volumes should have, in order, as in TAPE01,TAPE07; further ones are made from the last. Or file:NAME, for labels made of a file's name as RMU does: file:my_backup.rbf is my_bac, my_b01, my_b02. Only with format=new_tape.")
    private @Nullable String label;

    @UriParam(
            defaultValue = "false",
            enums = "true,false",
            description =
                    "Whether a usable volume with another label is taken and keeps it; else the operator is asked.")
    private @Nullable String acceptLabel;

    @UriParam(
            description =
                    "Owner of the volumes that the backup goes on to, a user or [group,member], and of the first one with rewind; else whoever writes. Only with format=new_tape.")
    private @Nullable String owner;

    @UriParam(
            description =
                    "Who may read and write the volumes that have this owner, as in (S:RW,O:R,G,W). Only with format=new_tape.")
    private @Nullable String protection;

    @UriParam(
            description =
                    "When the volumes expire that begin with this backup, as in 2027-01-31 or 2027-01-31T12:00:00Z; else as their media family says. Only with format=new_tape.")
    private @Nullable String tapeExpiration;

    @UriParam(
            defaultValue = "operator",
            enums = "automatic,operator,client",
            description =
                    "Who is asked when a volume is missing or has an unexpected label. operator: the job waits until somebody"
                            + " answers it with rpyjob, or the volume arrives. automatic: nobody, it fails at once."
                            + " client: whoever sits at the terminal of the command, which a route has not; then the operator.")
    private @Nullable String prompt;

    @UriParam(
            enums = "true,false",
            description = "Whether something changes cartridges by itself; else as the library says.")
    private @Nullable String mediaLoader;

    public TapeEndpoint(String uri, TapeComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new TapeProducer(this);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("library", libraryName(), there.libraries());
        }
    }

    /** @throws IllegalArgumentException when they can't be or contradict each other */
    TapeOptions options() {
        Map<String, @Nullable String> all = new LinkedHashMap<>();
        all.put("format", format);
        all.put("blockSize", blockSize);
        all.put("crc", crc);
        all.put("groupSize", groupSize);
        all.put("activeIo", activeIo);
        all.put("drives", drives);
        all.put("rewind", rewind);
        all.put("density", density);
        all.put("label", label);
        all.put("acceptLabel", acceptLabel);
        all.put("owner", owner);
        all.put("protection", protection);
        all.put("tapeExpiration", tapeExpiration);
        all.put("prompt", prompt);
        all.put("mediaLoader", mediaLoader);
        Map<String, String> given = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                given.put(name, value);
            }
        });
        try {
            return TapeOptions.parse(given);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        options();
    }

    String libraryName() {
        return Objects.requireNonNull(library);
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(String library) {
        this.library = library;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }

    public @Nullable String getFormat() {
        return format;
    }

    public void setFormat(@Nullable String format) {
        this.format = format;
    }

    public @Nullable String getBlockSize() {
        return blockSize;
    }

    public void setBlockSize(@Nullable String blockSize) {
        this.blockSize = blockSize;
    }

    public @Nullable String getCrc() {
        return crc;
    }

    public void setCrc(@Nullable String crc) {
        this.crc = crc;
    }

    public @Nullable String getGroupSize() {
        return groupSize;
    }

    public void setGroupSize(@Nullable String groupSize) {
        this.groupSize = groupSize;
    }

    public @Nullable String getActiveIo() {
        return activeIo;
    }

    public void setActiveIo(@Nullable String activeIo) {
        this.activeIo = activeIo;
    }

    public @Nullable String getDrives() {
        return drives;
    }

    public void setDrives(@Nullable String drives) {
        this.drives = drives;
    }

    public @Nullable String getRewind() {
        return rewind;
    }

    public void setRewind(@Nullable String rewind) {
        this.rewind = rewind;
    }

    public @Nullable String getDensity() {
        return density;
    }

    public void setDensity(@Nullable String density) {
        this.density = density;
    }

    public @Nullable String getLabel() {
        return label;
    }

    public void setLabel(@Nullable String label) {
        this.label = label;
    }

    public @Nullable String getAcceptLabel() {
        return acceptLabel;
    }

    public void setAcceptLabel(@Nullable String acceptLabel) {
        this.acceptLabel = acceptLabel;
    }

    public @Nullable String getOwner() {
        return owner;
    }

    public void setOwner(@Nullable String owner) {
        this.owner = owner;
    }

    public @Nullable String getProtection() {
        return protection;
    }

    public void setProtection(@Nullable String protection) {
        this.protection = protection;
    }

    public @Nullable String getTapeExpiration() {
        return tapeExpiration;
    }

    public void setTapeExpiration(@Nullable String tapeExpiration) {
        this.tapeExpiration = tapeExpiration;
    }

    public @Nullable String getPrompt() {
        return prompt;
    }

    public void setPrompt(@Nullable String prompt) {
        this.prompt = prompt;
    }

    public @Nullable String getMediaLoader() {
        return mediaLoader;
    }

    public void setMediaLoader(@Nullable String mediaLoader) {
        this.mediaLoader = mediaLoader;
    }
}
