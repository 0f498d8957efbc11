package org.example.listing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.warren.api.AttributeChanges;
import dev.warren.api.DirectoryEntry;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FileNames;
import dev.warren.api.FileSystem;
import dev.warren.api.FileType;
import dev.warren.api.FsException;
import dev.warren.api.OpenDirectory;
import dev.warren.api.OpenFile;
import dev.warren.api.OpenOptions;
import dev.warren.api.VfsPath;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files as an HTTP client sees them. Changes are sent as the HTTP methods that exist for them.
 */
final class HttpFiles implements FileSystem {
  private static final Pattern LINK = Pattern.compile("href='([^'/]*)(/?)'");

  private final HttpClient http = HttpClient.newHttpClient();
  private final String server;

  HttpFiles(String server) {
    this.server = server;
  }

  private HttpResponse<byte[]> ask(String method, VfsPath path, String end) throws FsException {
    StringBuilder url = new StringBuilder(server);
    for (String name : path.names()) {
      String bytes = new String(FileNames.encode(name), ISO_8859_1);
      url.append('/').append(URLEncoder.encode(bytes, ISO_8859_1).replace("+", "%20"));
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url.append(end).toString()))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new FsException(Errno.EIO, "no answer", e);
    }
    return switch (answer.statusCode()) {
      case 200, 301 -> answer;
      case 404 -> throw new FsException(Errno.ENOENT, path);
      case 405 -> throw new FsException(Errno.EROFS, path);
      default -> throw new FsException(Errno.EIO, "status " + answer.statusCode());
    };
  }

  private void change(String method, VfsPath path) throws FsException {
    ask(method, path, "");
    throw new FsException(Errno.EIO, method + " was obeyed");
  }

  @Override
  public FileAttributes stat(VfsPath path) throws FsException {
    HttpResponse<byte[]> answer = ask("GET", path, "");
    boolean directory = path.isRoot() || answer.statusCode() == 301;
    return FileAttributes.builder(directory ? FileType.DIRECTORY : FileType.REGULAR)
        .permissions(directory ? 0555 : 0444)
        .size(directory ? 0 : answer.body().length)
        .build();
  }

  @Override
  public OpenFile open(VfsPath path, OpenOptions options, int permissions) throws FsException {
    if (options.write() || options.create()) {
      change("PUT", path);
    }
    FileAttributes attributes = stat(path);
    byte[] content = ask("GET", path, "").body();
    return new OpenFile() {
      @Override
      public int read(ByteBuffer target, long offset) {
        int count = (int) Math.min(target.remaining(), Math.max(0, content.length - offset));
        target.put(content, (int) Math.min(offset, content.length), count);
        return count;
      }

      @Override
      public int write(ByteBuffer source, long offset) throws FsException {
        throw new FsException(Errno.EBADF);
      }

      @Override
      public void truncate(long size) throws FsException {
        throw new FsException(Errno.EBADF);
      }

      @Override
      public FileAttributes stat() {
        return attributes;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public OpenDirectory openDirectory(VfsPath path) throws FsException {
    FileAttributes attributes = stat(path);
    if (!attributes.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, path);
    }
    String page = new String(ask("GET", path, "/").body(), ISO_8859_1);
    List<DirectoryEntry> entries = new ArrayList<>();
    for (Matcher link = LINK.matcher(page); link.find(); ) {
      byte[] name = URLDecoder.decode(link.group(1), ISO_8859_1).getBytes(ISO_8859_1);
      FileType type = link.group(2).isEmpty() ? FileType.REGULAR : FileType.DIRECTORY;
      long cookie = entries.size() + 1;
      entries.add(new DirectoryEntry(FileNames.decode(name), type, 0, cookie, null));
    }
    return new OpenDirectory() {
      @Override
      public void read(long cookie, boolean withAttributes, Visitor visitor) {
        for (DirectoryEntry entry : entries.subList((int) cookie, entries.size())) {
          if (!visitor.visit(entry)) {
            return;
          }
        }
      }

      @Override
      public FileAttributes stat() {
        return attributes;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void mkdir(VfsPath path, int permissions) throws FsException {
    change("MKCOL", path);
  }

  @Override
  public void unlink(VfsPath path) throws FsException {
    change("DELETE", path);
  }

  @Override
  public void rmdir(VfsPath path) throws FsException {
    change("DELETE", path);
  }

  @Override
  public void rename(VfsPath from, VfsPath to, boolean replace) throws FsException {
    change("MOVE", from);
  }

  @Override
  public void setAttributes(VfsPath path, AttributeChanges changes) throws FsException {
    change("PROPPATCH", path);
  }

  @Override
  public void close() {
    http.close();
  }
}
