package io.saddlebag.camel.image;

import io.saddlebag.backup.RestartOptions;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.boot.BootMachine;
import io.saddlebag.boot.BootRequest;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.diskimage.Blocks;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body an image of whole disks, one qcow2 file for each path of the job's snapshot; or shows that one boots.
 *
 * The paths are block devices, files that hold a disk, or mount points. One that is mounted for writing is refused unless the
 * snapshot froze it. Nothing is read until the next step writes it: tape makes it a backup; any other endpoint gets it as a stream.
 *
 * With operation boot-test, a disk of the newest backup of that name is restored to a scratch file and started in QEMU without a
 * network; the step fails unless the marker comes on its serial console in time.
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
            enums = "image,boot-test",
            defaultValue = "image",
            description = "image makes the body an image; boot-test boots the newest backup of that name.")
    private ImageOperation operation = ImageOperation.IMAGE;

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

    @UriParam(
            defaultValue = "true",
            description =
                    "Whether an interrupted image goes on from its last checkpoint when it is repeated; otherwise it starts over.")
    private boolean restart = true;

    @UriParam(
            description =
                    "Bytes of the image between two checkpoints, at least; a thirty-second of the image where that is more. Without it as"
                            + " configured under checkpoints, 1GiB by default.")
    private String checkpointInterval = "";

    @UriParam(
            label = "boot-test",
            defaultValue = BootRequest.DEFAULT_MARKER,
            description =
                    "Of a boot test: a regular expression that is found in a line of the serial console when the disk has"
                            + " booted.")
    private String marker = BootRequest.DEFAULT_MARKER;

    @UriParam(
            label = "boot-test",
            defaultValue = "5m",
            javaType = "java.time.Duration",
            description = "Of a boot test: how long booting may take, up to 6h.")
    private long timeout = BootRequest.DEFAULT_LIMIT.toMillis();

    @UriParam(
            label = "boot-test",
            description =
                    "Of a boot test: a kernel of this machine to start at once, for a disk without a boot loader.")
    private @Nullable String kernel;

    @UriParam(label = "boot-test", description = "Of a boot test: the initial RAM disk of the kernel.")
    private @Nullable String initrd;

    @UriParam(
            label = "boot-test",
            defaultValue = BootMachine.DEFAULT_APPEND,
            description = "Of a boot test: the kernel's command line.")
    private String append = BootMachine.DEFAULT_APPEND;

    @UriParam(
            label = "boot-test",
            description =
                    "Of a boot test: firmware in place of QEMU's BIOS, such as OVMF.fd for a disk that wants UEFI.")
    private @Nullable String firmware;

    @UriParam(label = "boot-test", defaultValue = "1GiB", description = "Of a boot test: memory of the machine.")
    private String memory = "1GiB";

    @UriParam(
            label = "boot-test",
            defaultValue = BootMachine.DEFAULT_PROGRAM,
            description = "Of a boot test: the QEMU to start, for the disk's kind of processor.")
    private String qemu = BootMachine.DEFAULT_PROGRAM;

    @UriParam(
            label = "boot-test",
            enums = "tcg,kvm",
            defaultValue = "tcg",
            description =
                    "Of a boot test: tcg emulates the processor, which works everywhere; kvm uses it, which is faster.")
    private BootMachine.Accelerator accelerator = BootMachine.Accelerator.TCG;

    @UriParam(
            label = "boot-test",
            description =
                    "Of a boot test: which of the backup's disks, as its path was at the backup; needed when it has"
                            + " several.")
    private @Nullable String source;

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
            if (ofBootTest()) {
                bootRequest();
            } else {
                options(Encryption.NONE);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    VolumeOptions options(Encryption encryption) {
        return new VolumeOptions(
                VolumeOptions.parseLevel(level),
                Blocks.parse(blocks),
                Compression.parse(compression),
                encryption,
                RestartOptions.parse(restart, checkpointInterval));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        requireKeys(encrypt);
    }

    boolean ofBootTest() {
        return operation == ImageOperation.BOOT_TEST;
    }

    BootRequest bootRequest() {
        return new BootRequest(
                new BackupSelector.Latest(backupName()),
                source,
                new BootMachine(
                        qemu, accelerator, ByteCount.parse(memory), path(firmware), path(kernel), path(initrd), append),
                BootRequest.marker(marker),
                Duration.ofMillis(timeout),
                null,
                Prompt.OPERATOR);
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text).toAbsolutePath();
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

    public boolean isRestart() {
        return restart;
    }

    public void setRestart(boolean restart) {
        this.restart = restart;
    }

    public String getCheckpointInterval() {
        return checkpointInterval;
    }

    public void setCheckpointInterval(String checkpointInterval) {
        this.checkpointInterval = checkpointInterval;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }

    public ImageOperation getOperation() {
        return operation;
    }

    public void setOperation(ImageOperation operation) {
        this.operation = operation;
    }

    public String getMarker() {
        return marker;
    }

    public void setMarker(String marker) {
        this.marker = marker;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public @Nullable String getKernel() {
        return kernel;
    }

    public void setKernel(@Nullable String kernel) {
        this.kernel = kernel;
    }

    public @Nullable String getInitrd() {
        return initrd;
    }

    public void setInitrd(@Nullable String initrd) {
        this.initrd = initrd;
    }

    public String getAppend() {
        return append;
    }

    public void setAppend(String append) {
        this.append = append;
    }

    public @Nullable String getFirmware() {
        return firmware;
    }

    public void setFirmware(@Nullable String firmware) {
        this.firmware = firmware;
    }

    public String getMemory() {
        return memory;
    }

    public void setMemory(String memory) {
        this.memory = memory;
    }

    public String getQemu() {
        return qemu;
    }

    public void setQemu(String qemu) {
        this.qemu = qemu;
    }

    public @Nullable String getSource() {
        return source;
    }

    public void setSource(@Nullable String source) {
        this.source = source;
    }

    public BootMachine.Accelerator getAccelerator() {
        return accelerator;
    }

    public void setAccelerator(BootMachine.Accelerator accelerator) {
        this.accelerator = accelerator;
    }
}
