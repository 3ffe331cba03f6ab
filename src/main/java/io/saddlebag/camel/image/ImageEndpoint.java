package io.saddlebag.camel.image;

import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.diskimage.Blocks;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body an image of whole disks: one qcow2 file for each path of the job's snapshot.
 *
 * The paths are block devices, files that hold a disk, or mount points. One that is mounted for writing is refused unless the
 * snapshot froze it. Nothing is read until the next step writes it: tape makes it a backup; any other endpoint gets it as a stream.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "image",
        title = "Saddlebag Disk Image",
        syntax = "image:name",
        category = {Category.FILE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class ImageEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The name under which the backup is found.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            defaultValue = "full",
            description =
                    "full (or 0) for all that is used; 1 to 9 for what has changed since the newest image of a lower"
                            + " level; incremental (or 10) for what has changed since the newest one.")
    private String level = "full";

    @UriParam(
            enums = "auto,used,all",
            defaultValue = "auto",
            description =
                    "Which blocks are imaged: used are those that the file system uses (ext2, ext3, ext4, XFS, NTFS),"
                            + " anything else being refused; all are all but holes; auto is used where the file system is a known"
                            + " one, else all.")
    private String blocks = "auto";

    @UriParam(
            defaultValue = "zstd=3",
            description = "Compression of the image: " + Compression.FORMS
                    + "; the higher the level, the smaller and slower.")
    private String compression = Compression.ZSTD.toString();

    @UriParam(
            description =
                    "Names of keys in config/keys, separated by commas; each of them opens the image. Without it the image is"
                            + " not encrypted.")
    private String encrypt = "";

    public ImageEndpoint(String uri, ImageComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new ImageProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        try {
            options(Encryption.NONE);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    VolumeOptions options(Encryption encryption) {
        return new VolumeOptions(
                VolumeOptions.parseLevel(level), Blocks.parse(blocks), Compression.parse(compression), encryption);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        requireKeys(encrypt);
    }

    String backupName() {
        return Objects.requireNonNull(name);
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getLevel() {
        return level;
    }

    public void setLevel(String level) {
        this.level = level;
    }

    public String getBlocks() {
        return blocks;
    }

    public void setBlocks(String blocks) {
        this.blocks = blocks;
    }

    public String getEncrypt() {
        return encrypt;
    }

    public void setEncrypt(String encrypt) {
        this.encrypt = encrypt;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }
}
