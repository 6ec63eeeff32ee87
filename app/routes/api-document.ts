import { readDocument } from '../api/catalog/about.ts';
import { endpoint, handlePublic } from '../api/endpoint.server.ts';
import { openApiDocument } from '../api/openapi.server.ts';

const api = endpoint(
  handlePublic(readDocument, async ({ registry, config }) => openApiDocument(registry, config.publicUrl)),
);

export const loader = api.loader;
export const action = api.action;
