package support.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server of this machine that is cut once so many bytes went through. */
final class CuttingProxy implements AutoCloseable {
  private static final int BUFFER = 512;

  private final ServerSocket entrance;
  private final int port;
  private final AtomicLong left;

  /**
   * @param port of the server
   * @param bytes from the client to the server before the cut
   */
  CuttingProxy(int port, long bytes) throws IOException {
    this.entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.port = port;
    this.left = new AtomicLong(bytes);
    begin(this::accept);
  }

  private static void begin(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return entrance.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        begin(() -> pass(client, server, true));
        begin(() -> pass(server, client, false));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket to, boolean isCounted) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (isCounted && left.addAndGet(-count) < 0) {
          return;
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      // the other end was closed
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
