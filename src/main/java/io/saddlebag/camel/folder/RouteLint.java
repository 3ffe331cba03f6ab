package io.saddlebag.camel.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks files of routes without running anything (W19): YAML, steps, schemes, options, beans, cron fields, ids, error
 * handling, templates and their instances; and that Camel can build the routes. It leaves no traces: nothing is started,
 * opened or created.
 *
 * <p>Safe for any thread; each call works on a context of its own.
 */
public final class RouteLint {
    private final ScratchContextFactory contexts;
    private final RouteFiles files;

    public RouteLint(ScratchContextFactory contexts, RouteFiles files) {
        this.contexts = contexts;
        this.files = files;
    }

    /**
     * Checks a folder with all folders in it, or one file. The templates and configurations that a single file needs are
     * looked for in the files beside it.
     *
     * @return by file, then line; empty when all is well
     * @throws IOException when the folder or file can't be read at all
     */
    public List<Finding> lint(Path folderOrFile) throws IOException {
        Map<Path, RouteDocument> documents = new LinkedHashMap<>();
        Set<Path> subjects = new TreeSet<>();
        if (files.isFolder(folderOrFile)) {
            for (RouteFiles.Seen seen : files.list(folderOrFile)) {
                documents.put(seen.file(), read(seen.file()));
                subjects.add(seen.file());
            }
        } else {
            documents.put(folderOrFile, RouteDocument.parse(folderOrFile, files.read(folderOrFile)));
            subjects.add(folderOrFile);
            addSiblings(folderOrFile, documents);
        }
        Map<Path, List<Finding>> found = check(new RouteWorld(documents.values()), subjects, HostView.NOTHING);
        return found.values().stream().flatMap(List::stream).toList();
    }

    private void addSiblings(Path file, Map<Path, RouteDocument> documents) throws IOException {
        Path whole = file.toAbsolutePath().normalize();
        Path parent = whole.getParent();
        if (parent == null) {
            throw new IOException(file + " is no file");
        }
        for (RouteFiles.Seen seen : files.listFlat(parent)) {
            if (!seen.file().equals(whole)) {
                documents.put(seen.file(), read(seen.file()));
            }
        }
    }

    private RouteDocument read(Path file) {
        try {
            return RouteDocument.parse(file, files.read(file));
        } catch (IOException e) {
            return RouteDocument.unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    /** What is wrong with each of some files if the folder were as given. */
    Map<Path, List<Finding>> check(RouteWorld world, Collection<Path> subjects, HostView host) {
        Map<Path, List<Finding>> found = new LinkedHashMap<>();
        try (DryRun dryRun = new DryRun(contexts)) {
            dryRun.prepare(world.providers());
            StructureRules structure = new StructureRules(world, host);
            EndpointRules endpoints = new EndpointRules(world, dryRun.context());
            for (Path subject : subjects) {
                RouteDocument document = world.get(subject);
                if (document != null) {
                    found.put(subject, check(document, structure, endpoints, dryRun));
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException("no Camel context could be made to try routes in", e);
        }
        return found;
    }

    private static List<Finding> check(
            RouteDocument document, StructureRules structure, EndpointRules endpoints, DryRun dryRun) {
        Finding defect = document.defect();
        if (defect != null) {
            return List.of(defect);
        }
        List<Finding> findings = new ArrayList<>(structure.check(document));
        findings.addAll(endpoints.check(document));
        // a route that is known to be wrong would only fail once more, and less clearly
        if (findings.stream().noneMatch(Finding::isError)) {
            try {
                dryRun.build(document);
            } catch (Exception e) {
                findings.add(new FailureReader(document, RouteRule.CANNOT_BUILD).read(e));
            }
        }
        findings.sort(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column));
        return findings.stream().distinct().toList();
    }
}
