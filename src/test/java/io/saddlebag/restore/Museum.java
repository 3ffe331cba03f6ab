package io.saddlebag.restore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images made to harm whoever restores them, each the kind of attack that some program fell for. */
final class Museum {
    private static final int DEEP = 1_000_000;

    private final Path outside;
    private final Map<String, byte[]> exhibits = new LinkedHashMap<>();

    private Museum(Path outside) {
        this.outside = outside;
    }

    /** @param outside a folder beside the target, with a file {@code secret} in it */
    static Map<String, byte[]> exhibits(Path outside) {
        Museum museum = new Museum(outside);
        museum.names();
        museum.links();
        museum.changingTypes();
        museum.nodes();
        museum.headers();
        museum.sparseFiles();
        museum.forgeries();
        return museum.exhibits;
    }

    private void show(String name, byte[] image) {
        if (exhibits.put(name, image) != null) {
            throw new IllegalArgumentException("two exhibits named " + name);
        }
    }

    private void names() {
        for (String name : List.of(
                "..",
                "../outside/x",
                "a/../../outside/secret",
                "a/b/../../../outside/x",
                "./../outside/x",
                "/../outside/x",
                "..\n/outside/x",
                "C:\\x",
                "..\\outside\\x",
                "x/..",
                ".//..//outside/x")) {
            show("file " + name, new HostileTar().file(name, "evil").end());
            show(
                    "folder " + name,
                    new HostileTar().folder(name).file(name + "/x", "evil").end());
            show(
                    "path record " + name,
                    new HostileTar()
                            .pax("path=" + name)
                            .file("harmless", "evil")
                            .end());
            show(
                    "global path record " + name,
                    new HostileTar()
                            .globalPax("path=" + name)
                            .file("harmless", "evil")
                            .end());
            show(
                    "long name " + name,
                    new HostileTar()
                            .member('L', "././@LongLink", "", name + "\0")
                            .file("x", "evil")
                            .end());
        }
        show("absolute", new HostileTar().file(outside + "/secret", "evil").end());
        show(
                "absolute, doubled slashes",
                new HostileTar().file("//" + outside + "//secret", "evil").end());
        show(
                "zero byte",
                new HostileTar()
                        .pax("path=a\0/../../outside/x")
                        .file("x", "evil")
                        .end());
        show(
                "newline",
                new HostileTar()
                        .file("a\n../outside/x", "evil")
                        .file("b\r\nc", "x")
                        .end());
        show(
                "escape sequences",
                new HostileTar().file("\u001b]0;evil\u0007\u001b[2J", "x").end());
        show(
                "not UTF-8",
                new HostileTar()
                        .file("\u00ff\u00fe/\u00c0\u00ae\u00c0\u00ae/x", "overlong dots are no dots")
                        .end());
        show("empty name", new HostileTar().file("", "evil").end());
        show(
                "the root is a file",
                new HostileTar().file(".", "evil").file("./x", "x").end());
        show(
                "the root is a link",
                new HostileTar().link(".", outside.toString()).file("x", "evil").end());
        show(
                "a name too long for any file system",
                new HostileTar().pax("path=" + "n".repeat(300)).file("x", "x").end());
        show(
                "a million folders deep",
                new HostileTar()
                        .pax("path=" + "d/".repeat(DEEP / 2) + "x")
                        .file("x", "x")
                        .end());
        show(
                "four hundred folders deep",
                new HostileTar()
                        .pax("path=" + "d/".repeat(400) + "x")
                        .file("x", "x")
                        .end());
        show(
                "fifteen thousand folders deep",
                new HostileTar()
                        .pax("path=" + "d/".repeat(15_000) + "x")
                        .file("x", "x")
                        .end());
        show(
                "names of files under way",
                new HostileTar()
                        .link(".saddlebag-part-1", outside + "/secret")
                        .link(".saddlebag-part-o1", outside + "/secret")
                        .file("x", "evil")
                        .fifo("y")
                        .link(".saddlebag-part-2", outside + "/secret")
                        .file("z", "evil")
                        .end());
    }

    private void links() {
        for (String to : List.of(outside.toString(), "../outside", "..", "/", ".", "./../outside/.")) {
            show(
                    "through link to " + to,
                    new HostileTar().link("l", to).file("l/secret", "evil").end());
            show(
                    "folder in link to " + to,
                    new HostileTar().link("l", to).folder("l/d").end());
            show(
                    "folder for link to " + to,
                    new HostileTar()
                            .link("l", to)
                            .folder("l")
                            .file("l/secret", "evil")
                            .end());
            show(
                    "link in link to " + to,
                    new HostileTar().link("l", to).link("l/secret", "/").end());
            show(
                    "FIFO in link to " + to,
                    new HostileTar().link("l", to).fifo("l/secret").end());
            show(
                    "chain of links to " + to,
                    new HostileTar()
                            .link("a", to)
                            .link("b", "a")
                            .link("c", "b")
                            .file("c/secret", "evil")
                            .end());
            show(
                    "hard link of link to " + to,
                    new HostileTar()
                            .link("l", to)
                            .hardLink("h", "l")
                            .file("h/secret", "evil")
                            .file("h", "evil")
                            .end());
            show(
                    "link by record to " + to,
                    new HostileTar()
                            .pax("linkpath=" + to)
                            .link("l", "x")
                            .file("l/secret", "evil")
                            .end());
        }
        show(
                "a file over a link",
                new HostileTar()
                        .link("l", outside + "/secret")
                        .file("l", "evil")
                        .end());
        show(
                "a link over a folder",
                new HostileTar()
                        .folder("d")
                        .link("d", outside.toString())
                        .file("d/secret", "evil")
                        .end());
        show(
                "a link over a folder with something in it",
                new HostileTar()
                        .folder("d")
                        .file("d/x", "x")
                        .link("d", outside.toString())
                        .file("d/secret", "evil")
                        .end());
        show(
                "back to a folder that became a link",
                new HostileTar()
                        .folder("d")
                        .file("d/x", "x")
                        .file("e", "e")
                        .link("d", outside.toString())
                        .folder("d")
                        .file("d/secret", "e")
                        .end());
        show(
                "hard link to outside",
                new HostileTar()
                        .hardLink("h", "../outside/secret")
                        .file("h", "evil")
                        .end());
        show(
                "hard link to absolute",
                new HostileTar()
                        .hardLink("h", outside + "/secret")
                        .file("h", "evil")
                        .end());
        show(
                "hard link through a link",
                new HostileTar()
                        .link("l", outside.toString())
                        .hardLink("h", "l/secret")
                        .file("h", "evil")
                        .end());
        show("hard link to itself", new HostileTar().hardLink("h", "h").end());
        show(
                "hard links in a circle",
                new HostileTar().hardLink("a", "b").hardLink("b", "a").end());
        show(
                "hard link to a folder",
                new HostileTar().folder("d").hardLink("h", "d").end());
        show("hard link to the root", new HostileTar().hardLink("h", ".").end());
        show(
                "hard link with content",
                new HostileTar()
                        .link("l", outside + "/secret")
                        .member('1', "l2", "l", "evil")
                        .end());
        show(
                "link with content",
                new HostileTar().member('2', "l", outside + "/secret", "evil").end());
        show("link to nothing", new HostileTar().link("l", "").end());
        show(
                "link with a zero byte",
                new HostileTar().pax("linkpath=a\0b").link("l", "x").end());
        show(
                "link as long as can be",
                new HostileTar()
                        .pax("linkpath=" + "t".repeat(32_000))
                        .link("l", "x")
                        .end());
    }

    /** Each kind after each other one, under one name, and something below it. */
    private void changingTypes() {
        for (char first : "0123456".toCharArray()) {
            for (char second : "0123456".toCharArray()) {
                HostileTar tar = new HostileTar().file("other", "other");
                ofType(tar, first);
                ofType(tar, second);
                show(
                        "type " + first + " becomes " + second,
                        tar.file("n/secret", "evil").file("behind", "x").end());
            }
        }
    }

    private void ofType(HostileTar tar, char type) {
        switch (type) {
            case '1' -> tar.hardLink("n", "other");
            case '2' -> tar.link("n", outside.toString());
            case '3', '4' -> tar.device(type, "n", 1, 3);
            default -> tar.member(type, "n", "", "");
        }
    }

    private void nodes() {
        show(
                "memory of the machine",
                new HostileTar().device('3', "mem", 1, 1).file("mem", "evil").end());
        show(
                "a disk",
                new HostileTar().device('4', "disk", 8, 0).file("disk", "evil").end());
        show(
                "a device with a number too large",
                new HostileTar().device('3', "d", 1L << 33, 1).end());
        show(
                "a device with a minor number too large",
                new HostileTar().device('4', "d", 1, 1L << 32 | 3).end());
        show(
                "a device with a negative number",
                new HostileTar().device('3', "d", -1, -1).end());
        show(
                "set-user-id",
                new HostileTar().fileOfMode("su", 06755, "#!/bin/sh\n").end());
        show(
                "modes beyond modes",
                new HostileTar().fileOfMode("m", 0177777, "x").end());
        show(
                "capabilities",
                new HostileTar()
                        .pax("SCHILY.xattr.security.capability=\u0001\0\0\u0002\u00ff\u00ff\u00ff\u00ff\0\0\0\0")
                        .file("caps", "x")
                        .end());
        show(
                "owner beyond owners",
                new HostileTar()
                        .pax("uid=4294967296", "gid=4294967295")
                        .file("x", "x")
                        .end());
        show("negative owner", new HostileTar().pax("uid=-1").file("x", "x").end());
        show(
                "a FIFO that is written to",
                new HostileTar().fifo("p").file("p", "evil").end());
        show(
                "times beyond times",
                new HostileTar()
                        .pax("mtime=999999999999999999", "atime=-999999999999999")
                        .file("x", "x")
                        .end());
    }

    private void headers() {
        show(
                "record shorter than it says",
                new HostileTar().rawPax("99 path=x\n").file("x", "x").end());
        show(
                "record longer than it says",
                new HostileTar()
                        .rawPax("5 path=../../outside/x\n")
                        .file("x", "x")
                        .end());
        show(
                "record of negative length",
                new HostileTar().rawPax("-9 path=x\n").file("x", "x").end());
        show(
                "record of endless length",
                new HostileTar()
                        .rawPax("9".repeat(400) + " path=x\n")
                        .file("x", "x")
                        .end());
        show(
                "record without end",
                new HostileTar().rawPax("10 path=x.").file("x", "x").end());
        show(
                "record without sign",
                new HostileTar().rawPax("7 pathx\n").file("x", "x").end());
        show(
                "a gigabyte of records",
                new HostileTar().promise('x', "PaxHeaders/x", 1L << 30).cutOff());
        show(
                "an exabyte of records",
                new HostileTar().promise('x', "PaxHeaders/x", 1L << 60).cutOff());
        show(
                "negative records",
                new HostileTar()
                        .promise('x', "PaxHeaders/x", -512)
                        .file("x", "x")
                        .end());
        show(
                "a gigabyte of name",
                new HostileTar().promise('L', "././@LongLink", 1L << 30).cutOff());
        show("many records", bomb(new HostileTar(), 200_000));
        show("many headers", manyHeaders());
        show("many extended attributes", manyAttributes());
        show(
                "size by record",
                new HostileTar().pax("size=9223372036854775807").file("x", "x").end());
        show(
                "negative size by record",
                new HostileTar().pax("size=-1").file("x", "x").end());
        show("negative size", new HostileTar().promise('0', "x", -1).end());
        show("huge size", new HostileTar().promise('0', "x", Long.MAX_VALUE).end());
        show(
                "folder with content",
                new HostileTar().member('5', "d", "", "evil").file("d/x", "x").end());
        show("unknown type", new HostileTar().member('Z', "x", "", "evil").end());
        show(
                "old sparse file of GNU tar",
                new HostileTar().member('S', "x", "", "evil").end());
        show("no end", new HostileTar().file("x", "x").cutOff());
        show(
                "an archive behind the end",
                new HostileTar()
                        .bytes(new HostileTar().file("x", "x").end())
                        .file("../outside/x", "evil")
                        .end());
        show("nothing at all", new byte[0]);
        show("nothing but an end", new HostileTar().end());
        show(
                "zstd frame of endless window",
                new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xff, 0, 0, 0, 0});
    }

    private static byte[] bomb(HostileTar tar, int records) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < records; i++) {
            all.append(HostileTar.record("comment" + i + "=x"));
        }
        return tar.rawPax(all.toString()).file("x", "x").end();
    }

    private static byte[] manyHeaders() {
        HostileTar tar = new HostileTar();
        for (int i = 0; i < 10_000; i++) {
            tar.pax("comment=x");
        }
        return tar.file("x", "x").end();
    }

    private static byte[] manyAttributes() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            all.append(HostileTar.record("SCHILY.xattr.user.a" + i + "=x"));
        }
        return new HostileTar().rawPax(all.toString()).file("x", "x").end();
    }

    private void sparseFiles() {
        String x = "x".repeat(512);
        show(
                "sparse: name goes up",
                new HostileTar().sparse("../outside/x", "512", "1\n0\n512\n", x).end());
        show(
                "sparse: pieces overlap",
                new HostileTar()
                        .sparse("s", "2048", "2\n0\n1024\n512\n512\n", x + x + x)
                        .end());
        show(
                "sparse: pieces backwards",
                new HostileTar()
                        .sparse("s", "2048", "2\n1024\n512\n0\n512\n", x + x)
                        .end());
        show(
                "sparse: negative offset",
                new HostileTar().sparse("s", "2048", "1\n-512\n512\n", x).end());
        show(
                "sparse: negative length",
                new HostileTar().sparse("s", "2048", "1\n0\n-512\n", x).end());
        show(
                "sparse: overflowing piece",
                new HostileTar()
                        .sparse("s", "2048", "1\n9223372036854775800\n512\n", x)
                        .end());
        show(
                "sparse: number without end",
                new HostileTar()
                        .sparse("s", "2048", "1\n" + "9".repeat(600) + "\n", x)
                        .end());
        show(
                "sparse: more pieces than can be",
                new HostileTar().sparse("s", "2048", "99999999999\n0\n512\n", x).end());
        show(
                "sparse: negative count",
                new HostileTar().sparse("s", "2048", "-1\n", x).end());
        show("sparse: no map", new HostileTar().sparse("s", "2048", "", "").end());
        show(
                "sparse: piece behind the end",
                new HostileTar().sparse("s", "100", "1\n0\n512\n", x).end());
        show(
                "sparse: more data than the map has",
                new HostileTar().sparse("s", "2048", "1\n0\n512\n", x + x).end());
        show(
                "sparse: less data than the map has",
                new HostileTar().sparse("s", "2048", "1\n0\n1024\n", x).end());
        show(
                "sparse: nothing but eight exabytes",
                new HostileTar().sparse("s", "999999999999999999", "0\n", "").end());
        show(
                "sparse: length is no number",
                new HostileTar().sparse("s", "1e9", "1\n0\n512\n", x).end());
        show(
                "sparse: of a link",
                new HostileTar()
                        .pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=s", "GNU.sparse.realsize=1")
                        .link("x", outside.toString())
                        .end());
    }

    private void forgeries() {
        show("manifest of another", manifest("{\"format\":\"saddlebag-image\",\"version\":1}"));
        show("manifest that is none", manifest("{".repeat(100_000)));
        show("manifest of a newer version", manifest("{\"format\":\"saddlebag-image\",\"version\":99}"));
        show(
                "manifest that is a link",
                new HostileTar()
                        .link(".saddlebag/image.json", outside + "/secret")
                        .file("x", "x")
                        .end());
        show(
                "own folder that is a link",
                new HostileTar()
                        .link(".saddlebag", outside.toString())
                        .file(".saddlebag/image.json", "evil")
                        .file("x", "x")
                        .end());
        show(
                "own folder that is a link, later",
                new HostileTar()
                        .file("x", "x")
                        .link(".saddlebag", outside.toString())
                        .file(".saddlebag/secret", "evil")
                        .end());
    }

    private static byte[] manifest(String json) {
        return new HostileTar()
                .file(
                        ".saddlebag/image.json",
                        new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .file("x", "x")
                .end();
    }
}
