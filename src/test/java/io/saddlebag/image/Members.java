package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Members to make images of, and images to look into. */
final class Members {
    static final Instant TIME = Instant.parse("2026-05-04T03:02:01Z");
    static final Owner OWNER = new Owner(1000, 1001, "anna", "staff");
    static final ImageManifest MANIFEST = manifest(List.of("tar"));

    private Members() {}

    static ImageManifest manifest(List<String> layers) {
        return new ImageManifest(
                "20260504-030201-orders",
                "orders",
                "orders",
                "db1",
                "admin/1",
                TIME,
                TIME.plusSeconds(5),
                "ATOMIC",
                layers,
                Map.of("roots", "/srv/orders"),
                "saddlebag test");
    }

    static MemberAttributes attributes(int mode) {
        return MemberAttributes.of(mode, OWNER, MemberTimes.modified(TIME));
    }

    static ImageMember file(String path, String content) {
        return file(path, content.getBytes(UTF_8));
    }

    static ImageMember file(String path, byte[] content) {
        return ImageMember.file(ByteString.of(path), attributes(0644), content.length, Content.of(content));
    }

    static ImageMember directory(String path) {
        return ImageMember.directory(ByteString.of(path), attributes(0755));
    }

    static byte[] image(ImageMember... members) throws IOException {
        return image(new Recorder(), members);
    }

    static byte[] image(ImageListener listener, ImageMember... members) throws IOException {
        try (ImageStream stream = ImageStream.open(MANIFEST, ImageSource.of(List.of(members)), listener)) {
            return stream.readAllBytes();
        }
    }

    /** Keeps all it is told. */
    static final class Recorder implements ImageListener {
        final List<WrittenMember> written = new ArrayList<>();
        final List<MemberWarning> warnings = new ArrayList<>();
        final List<ImageSummary> finished = new ArrayList<>();

        @Override
        public void written(WrittenMember member) {
            written.add(member);
        }

        @Override
        public void warning(MemberWarning warning) {
            warnings.add(warning);
        }

        @Override
        public void finished(ImageSummary summary) {
            finished.add(summary);
        }
    }

    /** What can be compared of a member that was read. */
    record Seen(ImageMember member, ByteString content) {
        static Seen of(ImageMember member, byte[] content) {
            ImageMember comparable = new ImageMember(
                    member.path(),
                    member.type(),
                    member.attributes(),
                    member.size(),
                    member.link(),
                    member.device(),
                    member.sparse(),
                    Content.NONE);
            return new Seen(comparable, ByteString.copyOf(content));
        }

        static Seen of(ImageMember member) throws IOException {
            try (InputStream in = member.content().open()) {
                return of(member, in.readAllBytes());
            }
        }

        String path() {
            return member.path().toString();
        }

        String text() {
            return content.toString();
        }
    }

    static List<Seen> read(byte[] tar) throws IOException {
        return read(new ByteArrayInputStream(tar));
    }

    static List<Seen> read(InputStream tar) throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (ImageReader reader = ImageReader.open(tar)) {
            reader.readAll(member -> seen.add(Seen.of(member.member())));
        }
        return seen;
    }

    /** A few members of every kind, with names, sizes and times drawn to sit at the edges of the format. */
    static List<ImageMember> random(Random random, int count) {
        List<ImageMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteString path = randomPath(random, i);
            MemberAttributes attributes = randomAttributes(random);
            members.add(
                    switch (random.nextInt(9)) {
                        case 0 -> ImageMember.directory(path, attributes);
                        case 1 -> ImageMember.symbolicLink(path, attributes, randomPath(random, i));
                        case 2 -> ImageMember.hardLink(path, attributes, randomPath(random, i));
                        case 3 -> ImageMember.fifo(path, attributes);
                        case 4 ->
                            ImageMember.device(
                                    path,
                                    random.nextBoolean() ? MemberType.BLOCK_DEVICE : MemberType.CHARACTER_DEVICE,
                                    attributes,
                                    new DeviceNumber(near(random, 2_097_151), near(random, 2_097_151)));
                        default -> {
                            byte[] content = new byte[near(random, 512 * random.nextInt(4))];
                            random.nextBytes(content);
                            yield ImageMember.file(path, attributes, content.length, Content.of(content));
                        }
                    });
        }
        return members;
    }

    private static int near(Random random, int edge) {
        return Math.max(0, edge + random.nextInt(3) - 1);
    }

    private static ByteString randomPath(Random random, int number) {
        int[] lengths = {1, 30, 98, 99, 100, 101, 154, 155, 156, 254, 255, 256, 257, 300, 4097};
        byte[] bytes = new byte[lengths[random.nextInt(lengths.length)]];
        int alphabet = random.nextInt(4);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte)
                    switch (alphabet) {
                        case 0 -> 'a' + random.nextInt(26);
                        case 1 -> "ab\\\n\r #=é".getBytes(UTF_8)[random.nextInt(10)];
                        case 2 -> 1 + random.nextInt(255);
                        default -> i % 60 == 59 ? '/' : 'x';
                    };
        }
        ByteString body = MemberName.relative(ByteString.copyOf(bytes));
        byte[] name = ("n" + number + "-").getBytes(UTF_8);
        byte[] all = Arrays.copyOf(name, name.length + body.length());
        System.arraycopy(body.toBytes(), 0, all, name.length, body.length());
        ByteString path = MemberName.relative(ByteString.copyOf(all));
        return MemberName.faultOf(path) == null ? path : ByteString.of("n" + number);
    }

    private static MemberAttributes randomAttributes(Random random) {
        Instant[] times = {
            Instant.EPOCH,
            Instant.ofEpochSecond(-1),
            Instant.ofEpochSecond(-2, 1),
            Instant.ofEpochSecond(8_589_934_591L),
            Instant.ofEpochSecond(8_589_934_592L),
            Instant.ofEpochSecond(1_700_000_000, 123_456_789),
            Instant.ofEpochSecond(1_700_000_000, 500_000_000),
            TIME
        };
        String[] names = {"", "root", "é", "a".repeat(31), "a".repeat(32), "b c"};
        long[] ids = {0, 1000, 2_097_151, 2_097_152, 4_294_967_294L, Long.MAX_VALUE};
        Owner owner = new Owner(
                ids[random.nextInt(ids.length)],
                ids[random.nextInt(ids.length)],
                names[random.nextInt(names.length)],
                names[random.nextInt(names.length)]);
        MemberTimes when = new MemberTimes(
                times[random.nextInt(times.length)],
                random.nextBoolean() ? null : times[random.nextInt(times.length)],
                random.nextBoolean() ? null : times[random.nextInt(times.length)]);
        byte[] value = new byte[random.nextInt(200)];
        random.nextBytes(value);
        Map<String, ByteString> xattrs = random.nextInt(3) > 0
                ? Map.of()
                : Map.of("user.a=b%3D", ByteString.copyOf(value), "user.é", ByteString.of("1\n2"));
        return new MemberAttributes(random.nextInt(010000), owner, when, xattrs);
    }
}
